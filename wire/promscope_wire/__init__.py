"""What the probe and the API both speak: node ids, tunnel frames, settings and logging.

This package imports neither `promscope_exporter` nor `promscope_api`.
"""
