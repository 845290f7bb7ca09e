"""The report: what was measured, on one page that needs nothing else."""
