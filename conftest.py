"""What holds before any test is looked for."""

import os
from importlib.util import find_spec

if "GATEWATT_KERNEL" in os.environ:
    # The sanitizers of a kernel are of this process alone: they reserve more memory than Yosys may.
    os.environ.pop("LD_PRELOAD", None)

# Doctests of an extra that is not installed.
collect_ignore_glob = [] if find_spec("torch") else ["sim/train/*"]
