"""Running Yosys: in a process of its own, in a folder of its own."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

import pyosys

from characterize.errors import CharacterizeError

_TIMEOUT_S = 600
# A text of a line can ask for wires of any length.
_MOST_BYTES = 8 << 30
SCRIPT_FILE = "script"
# Verilog models of Yosys's own gates, `$_AND_` and the like.
GATES_FILE = Path(pyosys.__file__).parent / "share" / "simcells.v"
# Removes statements that are of simulation only.
NO_HARDWARE = "delete t:$print t:$check t:$assert t:$assume t:$cover"
# Yosys ends the whole process where it finds an error, so it gets its own.
_RUN_YOSYS = """
import resource, sys
for limit, most in zip((resource.RLIMIT_AS, resource.RLIMIT_CPU), map(int, sys.argv[2:])):
    hard = resource.getrlimit(limit)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(limit, (most, hard))  # abc, which it starts, too
from pyosys import libyosys as ys
design = ys.Design()
for line in open(sys.argv[1], encoding="utf-8"):
    if line.startswith("keep "):
        module = design.top_module().cell(ys.IdString("\\\\" + line.split()[1])).type.str()
        line = f"setattr -mod -set keep_hierarchy 1 {module}"
    ys.run_pass(line.strip(), design)
"""


def yosys_version() -> str:
    """Version of the installed Yosys."""
    return metadata.version("pyosys")


def read_foreign(file: str, defer: bool = True) -> str:
    """The command that reads Verilog which may be a netlist, or SystemVerilog (.sv)."""
    options = [
        "-icells",
        *(["-defer"] if defer else []),
        *(["-sv"] if file.endswith(".sv") else []),
    ]
    return f"read_verilog {' '.join(options)} {file}"


def run_yosys(name: str, files: Mapping[str, str], results: Sequence[str]) -> dict[str, str]:
    """What a script of Yosys leaves in a folder that holds only these files.

    Parameters
    ----------
    name
        What messages begin with.
    files
        Name -> content; `SCRIPT_FILE` has a command a line, and `keep I` stands for
        setting the attribute keep_hierarchy on the module of the instance I.
    results
        Names of files that it writes; those that end in .json are whole.

    Raises
    ------
    CharacterizeError
        If Yosys refuses something, takes too long, or leaves half a file.
    """
    with tempfile.TemporaryDirectory(prefix="gatewatt-synthesis-") as folder:
        for file, text in files.items():
            Path(folder, file).write_text(text, encoding="utf-8")
        try:
            run = subprocess.run(
                [sys.executable, "-c", _RUN_YOSYS, SCRIPT_FILE, str(_MOST_BYTES), str(_TIMEOUT_S)],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
                check=False,  # its message is read below
            )
        except subprocess.TimeoutExpired as error:
            raise CharacterizeError(f"{name}: synthesis took more than {_TIMEOUT_S} s") from error
        if run.returncode != 0 and re.search("bad_alloc|MemoryError|out of memory", run.stderr):
            raise CharacterizeError(
                f"{name}: synthesis takes more than {_MOST_BYTES >> 30} GiB of memory: a wire or "
                "memory in it is too large"
            )
        if run.returncode != 0 or not all(Path(folder, file).is_file() for file in results):
            raise CharacterizeError(f"{name}: synthesis failed: {_reason(run)}")
        found = {file: Path(folder, file).read_text(encoding="utf-8") for file in results}
    for file, text in found.items():
        try:
            if file.endswith(".json"):
                json.loads(text)
        except ValueError as error:  # Yosys does not notice that a disk is full
            raise CharacterizeError(
                f"{name}: synthesis left half a netlist: is there room in "
                f"{tempfile.gettempdir()}? TMPDIR names another folder"
            ) from error
    return found


def _reason(run: subprocess.CompletedProcess[str]) -> str:
    found = re.findall(r"^(\S+:\d+: )?ERROR: (.*)", run.stdout + run.stderr, re.MULTILINE)
    if found:
        return "".join(found[-1])
    lines = (run.stderr or run.stdout).strip().splitlines()
    return lines[-1] if lines else f"Yosys ended with status {run.returncode}"
