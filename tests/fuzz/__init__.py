"""Hostile input: what readers make of files that nobody meant well."""
