"""`python -m characterize`."""

from characterize.cli import main

main()
