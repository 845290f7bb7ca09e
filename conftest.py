"""What doctests are not looked for in: modules of an extra that is not installed."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["sim/train/*"]
