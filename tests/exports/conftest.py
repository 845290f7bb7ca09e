"""What pytest leaves alone: scripts that need the tools of a nox session of their own."""

collect_ignore_glob = ["*_run.py"]
