"""CSV tables: results and their data package, measurements, counts of units and transistors."""

import contextlib
import hashlib
import io
import json
import random
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import matplotlib.axes  # noqa: F401 - before what it does not load behind
import pandas as pd

from characterize.diff import difference
from characterize.errors import CharacterizeError
from characterize.export.registry import TABLES, write
from characterize.export.source import Selection, Source
from characterize.library_import import import_library
from characterize.network.array_table import ARRAYS
from characterize.network.lowest_table import LOWEST
from characterize.network.table import NETWORKS
from characterize.network.tasks_table import TASKS
from characterize.network.transistor_ops_table import PREDICTIONS
from characterize.report.source import read_source
from sim import packages
from sim.counting.measurements import read_measurements
from sim.counting.unit_counts import UnitCounts
from sim.errors import SimError
from sim.pruning.powerpruning_table import POWERPRUNING
from tests.fuzz.mutate import mutated
from tests.fuzz.target import OUT, REPOSITORY

_RESULTS = REPOSITORY / "results"
_EIGHT = REPOSITORY / "tests" / "data" / "eight_cells.lib"
_ROWS = 5
# Counting is dear: of one input in so many.
_COUNTED = 8
_TRANSISTORS = b"cell,transistors\n" + b"".join(
    name + b",4\n"
    for name in (b"NOT", b"REP", b"NOTBOTH", b"NEITHER", b"DIFFER", b"KEEP", b"KEEPSCAN", b"HOLD")
)
_MEASUREMENTS = (
    b"network,energy_j,architecture,scheme,bits_x,transistor_ops\n"
    b"digits,0.0123,nets/small.toml,mixed,8,\nnets/large.onnx,0.0456,,,,1e9\n"
)


class Csv:
    """See `Target`."""

    def __init__(self) -> None:
        self._package = json.loads((_RESULTS / packages.PACKAGE_FILE).read_text(encoding="utf-8"))
        self._units = (_whole_units("multiplier_array"), _whole_units("mac_array"))
        self._around = tuple(json.dumps(self._package).split(self._hash(), maxsplit=1))
        self._readers: Mapping[str, Callable[[Path], str]] = {
            "units": _read_results,
            "weights": _read_results,
            "networks": _read_results,
            "network_tasks": _read_results,
            "transistor_ops": _read_results,
            "arrays": lambda path: str(len(ARRAYS.read(path.parent))),
            "lowest_energy": _read_lowest,
            "powerpruning": _read_pruning,
            "measurements": _read_measurements,
            "transistors": _read_transistors,
        }

    def make(self, chance: random.Random) -> Mapping[str, bytes]:
        """See `Target.make`."""
        kind = chance.choice(["units"] * 6 + list(self._readers))
        files = {"units.csv": self._units[0]}
        package = json.dumps(self._package).encode()
        match kind:
            case "units":
                files["units.csv"] = mutated(chance, self._units)
            case "measurements":
                files = {"measurements.csv": mutated(chance, (_MEASUREMENTS,))}
            case "transistors":
                files = {"transistors.csv": mutated(chance, (_TRANSISTORS,))}
            case "arrays":
                seed = ",".join(ARRAYS.names).encode() + b"\n"
                files["arrays.csv"] = mutated(chance, (seed + b"1," * 20 + b"1\n",))
            case _:
                files[f"{kind}.csv"] = mutated(chance, (_head(kind, 0),))
        if chance.random() < 0.1:
            package = mutated(chance, (package,))
        elif "units.csv" in files:
            # The hash is right: else no reader would go on.
            package = self._described(files["units.csv"])
        # The one that is read, first.
        first = {f"{kind}.csv": files.pop(f"{kind}.csv")}
        return first | files | {packages.PACKAGE_FILE: package}

    def _described(self, units: bytes) -> bytes:
        return hashlib.sha256(units).hexdigest().join(self._around).encode()

    def _hash(self) -> str:
        (units,) = (r for r in self._package["resources"] if r["name"] == "units")
        return str(units["hash"]).removeprefix("sha256:")

    def read(self, folder: Path, files: Mapping[str, bytes]) -> str:
        """See `Target.read`."""
        for path in folder.glob("*.csv"):
            if path.name not in files:
                path.unlink()
        name = next(iter(files))
        self._readers[name.removesuffix(".csv")](folder / name)
        return name.removesuffix(".csv")


def _head(name: str, first: int) -> bytes:
    """The header of a table of the repository, and some of its rows."""
    lines = (_RESULTS / f"{name}.csv").read_bytes().splitlines(keepends=True)
    return b"".join([lines[0], *lines[1 + first : 1 + first + _ROWS]])


def _whole_units(entry: str) -> bytes:
    """The header of `units.csv`, and rows of whole units as exports take them."""
    lines = (_RESULTS / "units.csv").read_bytes().splitlines(keepends=True)
    told = [line for line in lines[1:] if line.startswith(entry.encode())
            and b",asap7," in line and b",uniform," in line and b",all,all," in line]  # fmt: skip
    return b"".join([lines[0], *(line for line in told if b",library," in line)][:_ROWS])


def _tried(reader: Callable[[], object]) -> None:
    """Go on behind a refusal: the next reader may meet more."""
    with contextlib.suppress(CharacterizeError, SimError):
        reader()


def _read_results(path: Path) -> str:
    """All that is made of a folder of results without drawing."""
    folder = path.parent
    source = read_source(folder)
    units = source.rows.drop(columns="line")
    _ = difference(units, units).changes
    for table in (NETWORKS, TASKS, PREDICTIONS):
        if table.path(folder).exists():
            rows = table.read(folder)
            table.path(folder / OUT).write_bytes(table.path(folder).read_bytes())
            table.replace(rows.head(1), folder / OUT)
    exported = Source(units, "0" * 64, folder)
    library, stimulus, delays = units[["library", "stimulus", "delay_model"]].iloc[0]
    for name, export in TABLES.items():
        if path.name == "units.csv":
            selection = Selection(str(library), str(stimulus), str(delays))
            _tried(partial(_export, export, exported, selection, folder / OUT / name))
    if (folder / "units.csv").stat().st_size % _COUNTED == 0:
        _tried(lambda: UnitCounts.load(folder / "units.csv", str(library), str(delays)))
    return "results"


def _export(
    export: Callable[[Source, Selection], dict[str, str]],
    source: Source,
    selection: Selection,
    folder: Path,
) -> None:
    write(export(source, selection), folder)


def _read_lowest(path: Path) -> str:
    old = (_RESULTS / path.name).read_bytes().splitlines(keepends=True)
    (path.parent / OUT / path.name).write_bytes(path.read_bytes())
    rows = pd.read_csv(io.BytesIO(old[0] + old[1]))
    return str(LOWEST.replace(rows, path.parent / OUT))


def _read_pruning(path: Path) -> str:
    old = path.read_bytes()
    (path.parent / OUT / path.name).write_bytes(old)
    row = pd.read_csv(io.BytesIO(_head("powerpruning", 0))).head(1)
    return str(POWERPRUNING.replace(row, path.parent / OUT, order=POWERPRUNING.key))


def _read_measurements(path: Path) -> str:
    for row in read_measurements(path):
        assert row.energy_j > 0
        _ = row.transistor_ops, row.path("architecture"), row.number("bits_x", None)
        assert row.text("scheme", "signed")
    return "measurements"


def _read_transistors(path: Path) -> str:
    import_library([_EIGHT], None, path)
    return "transistors"
