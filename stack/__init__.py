"""What `make` does: the environment, the page, and the whole stack on this machine.

Only the standard library is imported here, because nothing else is there on a fresh clone.
"""
