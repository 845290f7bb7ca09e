"""Simulators held against each other, net by net."""
