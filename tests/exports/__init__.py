"""Tools that read the exports, run with them: each in a nox session of its own."""
