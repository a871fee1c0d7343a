"""macOS, the BSDs and other systems without Linux's /proc: psutil and the Docker SDK instead.

Its collectors stand for those of `collectors` with the same name. What only Linux tells has no
collector here: edges, listeners, disk space of layers, pressure.
"""
