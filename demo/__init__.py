"""A small shop of containers that really talk: something to look at, and to test against.

Only the standard library is imported here; services.toml and pairs.toml are the whole plan.
"""
