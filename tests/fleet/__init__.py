"""Made-up fleets for the tests of the API: snapshots, records and answers of Prometheus."""
