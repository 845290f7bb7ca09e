"""TOML: registries of units, cell tables, settings of libraries, architectures of networks."""

import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from characterize.cell_table import load_library, write_table
from characterize.liberty_writer import liberty_text
from characterize.library import CellLibrary
from characterize.library_import import import_library
from characterize.sweep import Choice
from characterize.synthesis import CELLS_FILE, _input_files, script
from characterize.units import RTL_DIR, Registry
from characterize.verilog import cell_models
from sim.architectures import load_network
from tests.fuzz.mutate import mutated
from tests.fuzz.target import OUT, REPOSITORY

_EIGHT = REPOSITORY / "tests" / "data" / "eight_cells.lib"
_ENTRIES = ("multiplier_array", "adder_ripple", "mac_split_gated", "requantize", "pann")
_SETTINGS = b"""
name = "eight"
cells = ["NOT", "REP", "DIFFER", "HOLD"]
[source]
title = "eight cells"
licence = "none"
[conditions]
vdd_v = 1.2
temperature_c = 25.0
clock_ps = 1000.0
input_slew_ps = 40.0
wire_ff_per_fanout = 1.0
delay_step_ps = 2.0
[synthesis]
driving_cell = "REP"
abc_script = "strash; &get -n; &nf; &put; topo; buffer -c; upsize; dnsize"
"""
_LAYERS = b"""
architecture = "layers"
input = [8, 8, 1]
levels = 16
mean = [0.5]
deviation = [0.25]
[[layer]]
op = "conv2d"
name = "conv1"
padding = [1, 1]
stride = 1
groups = 1
inputs = ["normalize"]
[[layer]]
op = "avgpool"
kernel = 2
stride = 2
[[layer]]
op = "flatten"
[[layer]]
op = "softmax"
"""


class Toml:
    """See `Target`."""

    def __init__(self) -> None:
        registry = _tables((RTL_DIR / "units.toml").read_bytes())
        self._units = tuple(b"".join(registry[name]) for name in _ENTRIES)
        self._library = load_library("asap7")
        self._nets = ((REPOSITORY / "sim/data/digits.toml").read_bytes(), _LAYERS,
                      (REPOSITORY / "sim/data/resnet_cifar10.toml").read_bytes())  # fmt: skip
        self._cells: tuple[bytes, ...] = ()
        self._kinds: Mapping[str, Callable[[Path], str]] = {
            "units.toml": self._read_units, "cells.toml": self._read_cells,
            "settings.toml": self._read_settings, "network.toml": self._read_network,
        }  # fmt: skip

    def make(self, chance: random.Random) -> Mapping[str, bytes]:
        """See `Target.make`."""
        kind = chance.choice(list(self._kinds))
        seeds: tuple[bytes, ...]
        match kind:
            case "units.toml":
                seeds = self._units
            case "cells.toml":
                seeds = self._cells = self._cells or (_cell_table(),)
            case "settings.toml":
                seeds = (_SETTINGS,)
            case _:
                seeds = self._nets
        return {kind: mutated(chance, seeds)}

    def read(self, folder: Path, files: Mapping[str, bytes]) -> str:
        """See `Target.read`."""
        (kind,) = files
        return self._kinds[kind](folder / kind)

    def _read_units(self, path: Path) -> str:
        if not (path.parent / "adder").is_dir():
            for some in RTL_DIR.iterdir():
                if some.is_dir():
                    shutil.copytree(some, path.parent / some.name, dirs_exist_ok=True)
        units = Registry(path).select("*")
        for unit in units[:2]:
            assert unit.parts is not None
            _ = unit.lead_in, unit.clock, unit.numbers, unit.results
            Choice(libraries=("asap7",)).cases([unit])
            _check_script(script(unit, self._library, "cells.lib", "constraints"))
        return "units"

    def _read_cells(self, path: Path) -> str:
        library = load_library(str(path))
        write_table(library, path.parent / OUT / "again.toml")
        _use(library)
        return "cells"

    def _read_settings(self, path: Path) -> str:
        imported = import_library([_EIGHT], path, None)
        write_table(imported.library, path.parent / OUT / "table.toml")
        _use(imported.library)
        return "settings"

    def _read_network(self, path: Path) -> str:
        network = load_network(REPOSITORY / "sim" / "data" / "digits.npz", path)
        assert network.shapes
        return "network"


def _use(library: CellLibrary) -> None:
    """What a sweep does with a library before any program sees it."""
    unit = Registry().unit("adder_ripple_x4u_y4u")
    files = _input_files(unit, library)
    assert files[CELLS_FILE] is not None
    _check_script(files["script"].splitlines())
    assert liberty_text(library)
    assert cell_models(library, list(library.cells), tables=False)


def _check_script(lines: list[str]) -> None:
    """Commands of Yosys that our own code names, and nothing that ends one early."""
    known = ("read_liberty ", "read_verilog ", "hierarchy ", "proc", "delete ", "keep ", "flatten",
             "synth ", "techmap ", "dfflibmap ", "opt", "abc ", "setundef ", "hilomap ",
             "write_json ")  # fmt: skip
    for line in lines:
        assert line.startswith(known), line
        assert not set(line) & set("!|><`$\"'\\\n\r"), line
        assert ";" not in line or line.startswith(("abc ", "delete ")), line


def _cell_table() -> bytes:
    """The cell table of a small library, two of its gates' figures kept whole."""
    import tempfile  # noqa: PLC0415 - once in a run

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "eight.toml")
        write_table(import_library([_EIGHT], None, None).library, path)
        return path.read_bytes()


def _tables(text: bytes) -> dict[str, list[bytes]]:
    """Lines of a TOML file by the first part of the name of their table."""
    found: dict[str, list[bytes]] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        if line.startswith(b"["):
            name = line.strip(b"[] \n").split(b".")[0].decode()
        found.setdefault(name, []).append(line)
    return found
