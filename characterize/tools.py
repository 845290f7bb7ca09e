"""The programs that have to be installed beside the Python packages."""

import re
import shutil
import subprocess
from functools import cache

from characterize.errors import CharacterizeError

_ICARUS_OLDEST = 11


@cache
def require_icarus() -> str:
    """The version of Icarus Verilog.

    Raises
    ------
    CharacterizeError
        If it is missing or older than 11.
    """
    how = "install it (Debian, Ubuntu: apt-get install iverilog; Fedora: dnf install iverilog; " \
          "macOS: brew install icarus-verilog) or run ./bootstrap.sh"  # fmt: skip
    for program in ("iverilog", "vvp"):
        if shutil.which(program) is None:
            raise CharacterizeError(f"{program} of Icarus Verilog is not on the PATH: {how}")
    run = subprocess.run(["iverilog", "-V"], capture_output=True, text=True, check=False)
    match = re.search(r"Icarus Verilog version (\d+)\.(\d+)", run.stdout)
    if match is None or int(match[1]) < _ICARUS_OLDEST:
        found = match[0] if match else "an unknown version"
        raise CharacterizeError(
            f"Icarus Verilog {_ICARUS_OLDEST} or later is needed, found {found}: {how}"
        )
    return f"{match[1]}.{match[2]}"
