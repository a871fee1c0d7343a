"""What Promscope puts into a Grafana: a folder, data sources and dashboards."""
