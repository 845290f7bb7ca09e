"""Quantized arithmetic, bit-exact: what the hardware units compute.

`sim` stands on its own. It never imports `characterize`, which measures the
same arithmetic at the gates; it reads the tables that `characterize` writes.
"""
