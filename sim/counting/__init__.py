"""Transistor operations: networks as tasks, counted without data; their energy by regression.

`tasks` translates a network, `unit_counts` has the counts of the units, `transistor_ops` puts both
together; `regression` fits counts to energies.
"""
