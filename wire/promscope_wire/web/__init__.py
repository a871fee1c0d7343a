"""web-config.yml of the Prometheus exporter-toolkit, for the listeners of both services."""
