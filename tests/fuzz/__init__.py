"""Fuzzers of everything that reads what the kernel or a container engine wrote (`make fuzz`)."""
