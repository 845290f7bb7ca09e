"""Engines side by side: the same netlists and operands, one run (`nox -s bench`)."""
