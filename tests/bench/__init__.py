"""What the product costs and how quick it is, on this machine, against its targets."""
