"""Whole networks at the gates: operands of their layers, through the units that compute them."""
