"""Settings for a library that nobody wrote any for: cells and conditions chosen by rule.

The rules are meant to give what a person chose for the shipped libraries, nearly:

- Cells: the functions that arithmetic is made of, each in its smallest cell;
  inverters and buffers in up to four sizes and the commonest gates in two, each
  with twice the drive of the one before; the smallest flip-flop, clock gate and
  tie cells. Drive is how little the delay grows with the load.
- Wire allowance: a third of the smallest inverter's input capacitance.
- Input slew: what the flip-flop's output has when it drives that inverter.
- Clock period: 100 delays of that inverter driving four like it; delay step: a
  tenth of one. Both go to the nearest of 1, 2 and 5 times a power of ten.
"""

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from characterize.errors import CharacterizeError
from characterize.library import Cell, Conditions, SynthesisSettings, TimingArc
from characterize.library_settings import LibrarySettings
from characterize.logic import BooleanFunction

ABC_SCRIPT = "strash; &get -n; &nf; &put; topo; buffer -c; upsize; dnsize"
# Function -> (its name, how many sizes of it).
_FUNCTIONS = {
    "!a": ("inverter", 4), "a": ("buffer", 4),
    "!(a b)": ("nand2", 2), "!(a b c)": ("nand3", 1), "!(a b c d)": ("nand4", 1),
    "!(!a b)": ("nand2b", 1),
    "!(a+b)": ("nor2", 2), "!(a+b+c)": ("nor3", 1), "!(a+b+c+d)": ("nor4", 1),
    "!(!a+b)": ("nor2b", 1),
    "a b": ("and2", 1), "a b c": ("and3", 1), "a b c d": ("and4", 1),
    "a+b": ("or2", 1), "a+b+c": ("or3", 1), "a+b+c+d": ("or4", 1),
    "a^b": ("xor2", 2), "!(a^b)": ("xnor2", 2),
    "a^b^c": ("xor3", 1), "!(a^b^c)": ("xnor3", 1),
    "a b+c": ("ao21", 1), "!(a b+c)": ("aoi21", 1),
    "a b+c d": ("ao22", 1), "!(a b+c d)": ("aoi22", 1), "!(a b+c+d)": ("aoi211", 1),
    "(a+b) c": ("oa21", 1), "!((a+b) c)": ("oai21", 1),
    "(a+b)(c+d)": ("oa22", 1), "!((a+b)(c+d))": ("oai22", 1), "!((a+b) c d)": ("oai211", 1),
    "a b+a c+b c": ("majority", 2), "!(a b+a c+b c)": ("inverted majority", 1),
    "a s+b !s": ("multiplexer", 1), "!(a s+b !s)": ("inverted multiplexer", 1),
}  # fmt: skip
_LARGEST = 1e12  # ps or fF of a gate
_TWICE = 1.8  # a drive this many times another's counts as the next size
_SAME_NAME = 4  # letters that the names of several files must share to name the library


@dataclass(frozen=True)
class Choice:
    """Settings that were chosen, and why.

    Attributes
    ----------
    reasons
        What the conditions were derived from, in words.
    """

    settings: LibrarySettings
    reasons: tuple[str, ...]


def function_name(cell: Cell) -> str | None:
    """What a gate computes, by the name of its function; None if it is not in the list."""
    if len(cell.functions) != 1:
        return None
    (function,) = cell.functions.values()
    if not 1 <= len(function.inputs) <= 4:
        return None
    return _NAMES.get(_canonical(function), (None, 0))[0]


def _canonical(function: BooleanFunction) -> tuple[int, bytes]:
    """The same for functions that differ in the names and the order of their inputs."""
    orders = itertools.permutations(function.inputs)
    return len(function.inputs), min(function.table(order).tobytes() for order in orders)


_NAMES = {_canonical(BooleanFunction(text)): value for text, value in _FUNCTIONS.items()}


def choose(
    cells: Mapping[str, Cell],
    unwanted: frozenset[str],
    library_names: Sequence[str],
    supply_v: float | None,
    temperature_c: float | None,
) -> Choice:
    """Choose cells and conditions.

    Parameters
    ----------
    cells
        Every cell that can be used.
    unwanted
        Those that their library marks as not to be used.
    library_names
        Names of the Liberty libraries that they come from.
    supply_v, temperature_c
        Conditions of the files; None where they state none.

    Raises
    ------
    CharacterizeError
        If a library cannot be made of these cells, or no conditions follow.
    """
    pool = [cell for name, cell in cells.items() if name not in unwanted]
    gates: dict[str, list[Cell]] = {}
    for cell in pool:
        kind = function_name(cell)
        if kind is not None:
            gates.setdefault(kind, []).append(cell)
    title = ", ".join(library_names)
    require_gates(gates, title)
    if supply_v is None:
        raise CharacterizeError(
            f"{title}: no nom_voltage and no operating conditions: give --settings with vdd_v"
        )
    sized = {kind: _sizes(gates[kind], count) for kind, count in _FUNCTIONS.values()
             if kind in gates}  # fmt: skip
    chosen = [cell for some in sized.values() for cell in some]
    ties = {value: _tie(pool, value) for value in (True, False)}
    flip_flop = _smallest(cell for cell in pool if cell.flip_flop is not None)
    if flip_flop is None:
        raise CharacterizeError(f"{title}: no flip-flop among the cells that can be used")
    clock_gate = _smallest(cell for cell in pool if cell.clock_gate is not None)
    others = [cells[tie[0]] for tie in ties.values() if tie is not None]
    others += [cell for cell in (flip_flop, clock_gate) if cell is not None]
    inverter = sized["inverter"][0]
    conditions, reasons = _conditions(flip_flop, inverter, supply_v, temperature_c)
    name = re.sub(r"\W+", "_", _common_name(library_names)).strip("_")
    return Choice(
        LibrarySettings(
            name=name if name.isidentifier() else f"library_{name}".rstrip("_"),
            source={"title": f"{title}; cells and conditions chosen by rule",
                    "licence": "that of the Liberty files"},
            conditions=conditions,
            synthesis=SynthesisSettings(
                driving_cell=sized["buffer"][0].name,
                tie_high=ties[True],
                tie_low=ties[False],
                abc_script=ABC_SCRIPT,
            ),
            cells=tuple(dict.fromkeys(cell.name for cell in (*chosen, *others))),
        ),
        reasons,
    )  # fmt: skip


def require_gates(functions: Iterable[str], title: str) -> None:
    """Refuse a library without the gates that the mapper breaks down without.

    Parameters
    ----------
    functions
        Names of the functions that there are cells of.
    title
        Of the library, for the message.

    Raises
    ------
    CharacterizeError
        If one is missing.
    """
    found = set(functions)
    if not {"inverter", "buffer"} <= found or not {"nand2", "nor2", "and2", "or2"} & found:
        raise CharacterizeError(
            f"{title}: the mapper needs an inverter, a buffer and a two-input NAND, NOR, AND or "
            "OR among the cells that can be used"
        )


def _order(cell: Cell) -> tuple[float, float, str]:
    """Smaller first; of one area, the one that loads its drivers less."""
    return cell.area_um2, sum(cell.load_ff(pin) for pin in cell.input_cap_ff), cell.name


def _smallest(cells: Iterable[Cell]) -> Cell | None:
    return min(cells, key=_order, default=None)


def _sizes(cells: Sequence[Cell], most: int) -> list[Cell]:
    """The smallest cell, then always the smallest with twice the drive of the last."""
    found: list[Cell] = []
    for cell in sorted(cells, key=_order):
        if not found or _resistance(cell) * _TWICE <= _resistance(found[-1]):
            found.append(cell)
    return found[:most]


def _resistance(cell: Cell) -> float:
    """How much the delay grows with the load, in ps/fF; mean over arcs and edges."""

    def slope(arc: TimingArc, edge: str) -> float:
        grid = arc.delay_ps[edge]
        low, high = float(grid.load_ff[0]), float(grid.load_ff[-1])
        if high <= low:
            return 0.0
        slew = float(grid.slew_ps[0])
        return (grid(slew, high) - grid(slew, low)) / (high - low)

    return cell.arc_mean(slope) if cell.timing else 0.0


def _tie(cells: Iterable[Cell], value: bool) -> tuple[str, str] | None:
    """The smallest cell with an output that is always `value`, and that output."""
    found = [
        (cell, pin)
        for cell in cells
        if not cell.input_cap_ff
        for pin, function in cell.functions.items()
        if bool(function.table(())[0]) == value
    ]
    if not found:
        return None
    cell, pin = min(found, key=lambda pair: _order(pair[0]))
    return cell.name, pin


def _conditions(
    flip_flop: Cell, inverter: Cell, supply_v: float, temperature_c: float | None
) -> tuple[Conditions, tuple[str, ...]]:
    (pin,) = inverter.input_cap_ff
    wire_ff = _rounded(inverter.load_ff(pin) / 3, 1)
    load_ff = inverter.load_ff(pin) + wire_ff
    slew_ps = 0.0
    for _ in range(20):  # the clock is as steep as what it makes
        slew_ps = _mean(flip_flop, "slew_ps", slew_ps, load_ff)
    slew_ps = _rounded(slew_ps, 2)
    delay_ps = _mean(inverter, "delay_ps", slew_ps, 4 * load_ff)
    if not all(0 < value < _LARGEST for value in (slew_ps, delay_ps, wire_ff)):
        raise CharacterizeError(
            f"{flip_flop.name}, {inverter.name}: slew, delay or capacitance is no number above 0, "
            "so no conditions follow: give --settings"
        )
    conditions = Conditions(
        vdd_v=supply_v,
        temperature_c=25.0 if temperature_c is None else temperature_c,
        clock_ps=_one_two_five(100 * delay_ps),
        input_slew_ps=slew_ps,
        wire_ff_per_fanout=wire_ff,
        delay_step_ps=_one_two_five(delay_ps / 10),
    )
    reasons = [
        f"supply {supply_v:g} V: of the files",
        f"temperature {conditions.temperature_c:g} C: "
        + ("of the files" if temperature_c is not None else "assumed, the files state none"),
        f"clock period {conditions.clock_ps:g} ps: 100 times the {delay_ps:.3g} ps that "
        f"{inverter.name} needs to drive four like it",
        f"input slew {slew_ps:g} ps: of {flip_flop.name} driving {inverter.name}",
        f"wire {wire_ff:g} fF per fan-out: a third of the input of {inverter.name}",
        f"delay step {conditions.delay_step_ps:g} ps: a tenth of that inverter delay",
    ]
    return conditions, tuple(reasons)


def _mean(cell: Cell, kind: str, slew_ps: float, load_ff: float) -> float:
    """Mean over arcs and edges."""

    def figure(arc: TimingArc, edge: str) -> float:
        return float(getattr(arc, kind)[edge](slew_ps, load_ff))

    return cell.arc_mean(figure)


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _one_two_five(value: float) -> float:
    """The nearest, by ratio, of 1, 2 and 5 times a power of ten."""
    decade = math.floor(math.log10(value))
    steps = [float(f"{m}e{decade + d}") for d in (0, 1) for m in (1, 2, 5)]
    return min(steps, key=lambda step: abs(math.log(step / value)))


def _common_name(names: Sequence[str]) -> str:
    """What the names begin with; the first, if that is too little."""
    common = ""
    for letters in zip(*names, strict=False):
        if len(set(letters)) > 1:
            break
        common += letters[0]
    return common if len(common) >= _SAME_NAME else names[0]
