"""Netlists by other hands: each goes through, or is refused for a reason that is true."""
