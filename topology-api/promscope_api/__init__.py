"""The topology API: the map, live events, and control with permission and a record."""

from importlib.metadata import version

__version__ = version("promscope")
