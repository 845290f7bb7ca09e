"""Measures, at the gates, what arithmetic units cost: from Verilog to tables."""
