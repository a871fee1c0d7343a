"""The Prometheus backend: matchers, the templated queries, typed answers and the HTTP client."""
