"""The Promscope probe: one per host, exposes what runs there and who talks to whom."""

__version__ = "0.1.0"
