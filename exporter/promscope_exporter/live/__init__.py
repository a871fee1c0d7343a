"""What a node is doing just now, read when somebody asks: too private for Prometheus."""
