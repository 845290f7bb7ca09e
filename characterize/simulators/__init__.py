"""The simulators: one protocol, several engines."""
