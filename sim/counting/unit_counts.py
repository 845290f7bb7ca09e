"""Frozen counts of units, read from `units.csv`: what an operation of uniform operands switches.

A transistor operation is a transistor of a cell whose output changes: an operation counts the
toggles of each cell's outputs times its transistors, glitches as the table's delay model has
them. A unit's name says its entry in the registry, and the widths of its operands.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.counting.tasks import MAC, Task
from sim.errors import SimError
from sim.formats import IntFormat
from sim.signmag import SignMagnitude
from sim.table_files import check_numbers, of_results, read_csv

UNIFORM = "uniform"
ALL, INPUT_PART = "all", "input"
# Where no table is given.
_ADVICE = (
    "; the repository has one, which `python -m characterize run` writes: run in its folder, "
    "or give the file with --units"
)
# Operation -> entry of the registry. Split sums need another MAC.
ENTRIES: Mapping[str, str] = {
    MAC: "mac_array",
    "subtract": "split_subtract",
    "add": "adder_ripple",
    "accumulate": "accumulator",
    "relu": "relu",
    "maximum": "max",
    "requantize": "requantize",
    "scale": "scale",
    "residual_add": "residual_add",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "exp": "exp",
    "distance": "distance",
    "reciprocal": "reciprocal",
}
SPLIT_MAC = "mac_split_gated"
_NUMBERS = ("acc_width", "bit_flips_per_op", "transistor_ops_per_op", "clock_fj",
            "leakage_fj", "energy_fj", "transistors")  # fmt: skip
_COLUMNS = ("unit", "library", "stimulus", "delay_model", "part", "net_group", *_NUMBERS)
_RESULT = "r"  # role in a name that stands for no operand
_PORT = re.compile(r"_([a-z]+?)(\d+)([usm])(?=_|$)")
_SUM = re.compile(r"_a(\d+)(?=_|$)")


@dataclass(frozen=True, eq=False)
class UnitCount:
    """What an operation of a unit switches, operands uniform.

    Attributes
    ----------
    unit
        Its name.
    transistor_ops
        Of an operation.
    transistors
        Of the unit, switching or not.
    clocked
        Of these, in flip-flops, whose clock changes in every operation.
    energy_fj
        Of an operation.
    held_fj
        Of it, clock and leakage, which are there whatever toggles.
    parts
        Part -> transistor operations.
    parts_fj
        Part -> energy of its toggles, operands' nets as a part of their own.
    flips
        Net group -> bit flips of an operation.
    """

    unit: str
    transistor_ops: float
    transistors: int
    clocked: int
    energy_fj: float
    held_fj: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)
    parts_fj: Mapping[str, float] = field(default_factory=dict)
    flips: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def ports(self) -> dict[str, IntFormat]:
        """Operands of more than one bit, as the name says them."""
        return {role: number for role, number in ports_of(self.unit).items() if role != _RESULT}


class UnitCounts:
    """The counts of a table, for one library and delay model.

    Parameters
    ----------
    table
        Rows of `units.csv`.
    library, delay_model
        Of the rows that count.
    entries
        Operation -> entry of the registry, where not those of `ENTRIES`.

    Attributes
    ----------
    table
        The rows that count.

    Raises
    ------
    SimError
        If the table lacks a column, or has no such rows.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        library: str = "asap7",
        delay_model: str = "zero",
        entries: Mapping[str, str] | None = None,
    ) -> None:
        missing = [name for name in _COLUMNS if name not in table.columns]
        if missing:
            raise SimError(
                f"the table of units lacks the column {missing[0]}: make it anew with "
                "`nox -s characterize`"
            )
        self.library, self.delay_model = library, delay_model
        self._entries = ENTRIES if entries is None else {**ENTRIES, **entries}
        rows = table[(table.library == library) & (table.delay_model == delay_model)
                     & (table.stimulus == UNIFORM)]  # fmt: skip
        if rows.empty:
            pairs = sorted({
                f"{lib} with {model} delays"
                for lib, model in table[["library", "delay_model"]].itertuples(index=False)
            })  # fmt: skip
            raise SimError(
                f"no uniform operands on {library} with {delay_model} delays in the table of "
                f"units: there are {', '.join(pairs) or 'none'}"
            )
        self.table = rows
        self._units = {str(name): _count(str(name), of) for name, of in rows.groupby("unit")}

    @classmethod
    def load(
        cls,
        path: Path | None = None,
        library: str = "asap7",
        delay_model: str = "zero",
        entries: Mapping[str, str] | None = None,
    ) -> "UnitCounts":
        """From a file; `results/units.csv` if None.

        Raises
        ------
        SimError
            If it cannot be read, or as the constructor.
        """
        chosen = path or of_results("units.csv")
        texts = dict.fromkeys(_COLUMNS[: -len(_NUMBERS)], str)
        table = read_csv(chosen, advice=_ADVICE, dtype=texts)
        numbers = [name for name in _NUMBERS if name in table.columns]
        check_numbers(table, numbers, chosen)
        table[numbers] = table[numbers].astype(float)  # long integers are texts
        try:
            return cls(table, library, delay_model, entries)
        except SimError as error:
            raise SimError(f"{chosen}: {error}") from error

    def __getitem__(self, unit: str) -> UnitCount:
        return self._units[unit]

    def __iter__(self) -> Iterator[str]:
        return iter(self._units)

    def entry(self, task: Task) -> str | None:
        """The registry entry whose units make an operation; None if there is none."""
        if task.operation == MAC and not task.result.signed:
            return self._entries.get("mac split", SPLIT_MAC)
        return self._entries.get(task.operation)

    def of(self, task: Task) -> UnitCount | None:
        """The smallest unit of the table that holds a task's numbers; None if there is none.

        Beside multiply-accumulates, one of other signs stands in where there is none of
        the task's own.
        """
        entry = self.entry(task)
        units = [count for count in self._units.values() if entry_of(count.unit) == entry]
        for signs in (True, False) if task.operation != MAC else (True,):
            fitting = [count for count in units if _holds(count.unit, task, signs)]
            if fitting:
                return min(
                    fitting,
                    key=lambda each: (_size(each.unit), _other_signs(each.unit, task), each.unit),
                )
        return None


def ports_of(unit: str) -> dict[str, IntFormat]:
    """Role -> format of each operand of more than one bit.

    >>> {role: str(number) for role, number in ports_of("mac_array_x4u_w8s_a32").items()}
    {'x': 'u4', 'w': 's8'}
    """
    return {
        role: SignMagnitude(int(bits)) if kind == "m" else IntFormat(int(bits), kind == "s")
        for role, bits, kind in _PORT.findall(unit)
    }


def entry_of(unit: str) -> str:
    """What stands before the operands.

    >>> entry_of("mac_array_x4u_w8s_a32")
    'mac_array'
    """
    found = _PORT.search(unit)
    return unit if found is None else unit[: found.start()]


def _holds(unit: str, task: Task, signs: bool) -> bool:
    """Whether a unit has the bits that a task's numbers take; with `signs` their range."""
    ports = ports_of(unit)
    for role, number in task.operands:
        port = ports.get(role)
        if port is None or port.bits < number.bits:
            return False
        if signs and not (port.min <= number.min and number.max <= port.max):
            return False
    found = _SUM.search(unit)
    # A sum is modulo its width: signs do not matter. `r` is what a unit clips to.
    wide = int(found[1]) if found else ports.get(_RESULT, task.result).bits
    return wide >= task.result.bits


def _other_signs(unit: str, task: Task) -> int:
    """Operands that are on a port of another signedness."""
    ports = ports_of(unit)
    return sum(role in ports and ports[role].signed != of.signed for role, of in task.operands)


def _size(unit: str) -> tuple[int, int]:
    found = _SUM.search(unit)
    return sum(port.bits for port in ports_of(unit).values()), int(found[1]) if found else 0


def _count(unit: str, rows: pd.DataFrame) -> UnitCount:
    wholes = rows[(rows.part == ALL) & (rows.net_group == ALL)]
    needed = wholes[["transistor_ops_per_op", "transistors", "energy_fj"]]
    if wholes.empty or needed.isna().to_numpy().any():
        raise SimError(f"{unit} has no row of the whole unit, or one with an empty field")
    whole = wholes.iloc[0]
    parts = rows[(rows.part != ALL) & (rows.net_group == ALL)]
    groups = rows[(rows.part == ALL) & (rows.net_group != ALL)]
    pairs = rows[(rows.part != ALL) & (rows.net_group != ALL)]
    switched = parts.assign(switched_fj=parts.energy_fj - parts.clock_fj - parts.leakage_fj)
    return UnitCount(
        unit,
        float(whole.transistor_ops_per_op),
        int(whole.transistors),
        int(pairs[pairs.clock_fj > 0].transistors.sum()),
        float(whole.energy_fj),
        float(whole.clock_fj + whole.leakage_fj),
        _numbers(parts[parts.part != INPUT_PART], "part", "transistor_ops_per_op"),
        _numbers(switched, "part", "switched_fj"),
        _numbers(groups, "net_group", "bit_flips_per_op"),
    )


def _numbers(rows: pd.DataFrame, key: str, column: str) -> dict[str, float]:
    pairs: Any = rows[[key, column]].itertuples(index=False)
    return {str(name): float(value) for name, value in pairs}
