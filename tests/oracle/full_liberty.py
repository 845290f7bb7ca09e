"""Cells with all that their Liberty files say of them: whole tables, every state.

The reader knows only what the oracle needs. It cuts the wanted cells out of a text
by their braces, and reads these statement by statement.
"""

import gzip
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

EDGES = ("rise", "fall")
_HEAD = re.compile(r'\bcell\s*\(\s*"?([\w.]+)"?\s*\)\s*\{')
_STATEMENT = re.compile(
    r"""\s*(?:
      (?P<group>\w+) \s*\( (?P<arguments>[^)]*) \)\s* \{
    | (?P<list>\w+) \s*\( (?P<items>[^)]*) \)\s* ;?
    | (?P<name>\w+) \s*:\s* (?: "(?P<quoted>[^"]*)" | (?P<plain>[^;\n}]*) ) [ \t]*;?
    | (?P<close>\})
    | ;
    )""",
    re.VERBOSE,
)


@dataclass(slots=True)
class Node:
    """A group: its arguments, its attributes (the last of a name wins), its groups."""

    kind: str
    arguments: list[str]
    values: dict[str, str] = field(default_factory=dict)
    nodes: list["Node"] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def of(self, kind: str) -> list["Node"]:
        return [node for node in self.nodes if node.kind == kind]


@dataclass(frozen=True, eq=False)
class Table:
    """A table over input slew (ps) and output load (fF), as fine as the file has it."""

    slew_ps: tuple[float, ...]
    load_ff: tuple[float, ...]
    rows: tuple[tuple[float, ...], ...]  # a row for each slew

    def at(self, slew_ps: float, load_ff: float = 0.0) -> float:
        """Bilinear; beyond the edges the last interval's slope goes on."""
        over_load = [_line(self.load_ff, row, load_ff) for row in self.rows]
        return _line(self.slew_ps, over_load, slew_ps)


def _line(axis: tuple[float, ...], values: Iterable[float], at: float) -> float:
    points = list(values)
    if len(points) == 1:
        return points[0]
    k = min(max(bisect_right(axis, at), 1), len(axis) - 1)
    share = (at - axis[k - 1]) / (axis[k] - axis[k - 1])
    return points[k - 1] + share * (points[k] - points[k - 1])


@dataclass(frozen=True, eq=False)
class Arc:
    """A timing group of an output: delay and output slew by output edge."""

    related: str
    sense: str
    kind: str
    when: str
    delay_ps: dict[str, Table]
    slew_ps: dict[str, Table]


@dataclass(frozen=True, eq=False)
class Power:
    """An internal power group of the positive supply; `related` is empty at inputs."""

    related: str
    when: str
    energy_fj: dict[str, Table]


@dataclass(frozen=True, eq=False)
class Pin:
    """A pin of a cell. `set_up_ps`: by edge of the pin, over its own and the clock's slew."""

    name: str
    direction: str
    function: str
    cap_ff: float  # the larger of rise and fall
    arcs: list[Arc]
    powers: list[Power]
    set_up_ps: dict[str, Table]


@dataclass(frozen=True, eq=False)
class FullCell:
    """A cell. `leakage_nw`: (state, value) as listed for the positive supply."""

    name: str
    pins: dict[str, Pin]
    leakage_nw: list[tuple[str, float]]
    clock: str  # of a flip-flop or clock gate
    next_state: str  # of a flip-flop
    inverted: bool  # its output is the complement of what it stores
    enable: str  # of a clock gate: a condition of its pins

    @property
    def inputs(self) -> list[Pin]:
        return [pin for pin in self.pins.values() if pin.direction == "input"]

    @property
    def outputs(self) -> list[Pin]:
        return [pin for pin in self.pins.values() if pin.direction == "output"]


def read_cells(
    files: Iterable[Path], wanted: Iterable[str], ground: bool = False
) -> dict[str, FullCell]:
    """The wanted cells of Liberty files, plain or gzip.

    With `ground` their internal energies are those that are booked on the ground.
    """
    missing = set(wanted)
    found = {}
    for path in files:
        text = _text(path)
        heads = list(_HEAD.finditer(text))
        file = _File(_parse(text[: heads[0].start()] + "}"), ground)
        for head in heads:
            if head.group(1) in missing:
                missing.remove(head.group(1))
                found[head.group(1)] = file.cell(_parse(_block(text, head.start())))
    if missing:
        raise ValueError(f"cells not found in the Liberty files: {', '.join(sorted(missing))}")
    return found


def cut_cells(path: Path, wanted: Iterable[str]) -> str:
    """The text of a Liberty file with the wanted cells alone; empty where it has none."""
    text = _text(path)
    names = set(wanted)
    heads = list(_HEAD.finditer(text))
    blocks = [_block(text, head.start()) for head in heads if head.group(1) in names]
    # Where a semicolon is missing at a line's end, strict readers lose what follows.
    blocks = [re.sub(r"(?m)^(\s*\w+\s*:\s*[^;{}\"\s]+)[ \t]*$", r"\1;", block) for block in blocks]
    return "\n".join([text[: heads[0].start()], *blocks, "}", ""]) if blocks else ""


def _text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode()


def _block(text: str, start: int) -> str:
    """The group that begins at `start`, to its closing brace."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(text, start):
        depth += 1 if brace.group() == "{" else -1
        if not depth:
            return text[start : brace.end()]
    raise ValueError("a Liberty file ends inside a cell")


def _parse(text: str) -> Node:
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"\\\s*\n", " ", text)
    root = Node("", [])
    open_nodes = [root]
    at = 0
    while match := _STATEMENT.match(text, at):
        at = match.end()
        if match["group"]:
            arguments = [a.strip().strip('"') for a in match["arguments"].split(",")]
            node = Node(match["group"], arguments)
            open_nodes[-1].nodes.append(node)
            open_nodes.append(node)
        elif match["list"]:
            open_nodes[-1].values[match["list"]] = match["items"].replace('"', " ").strip()
        elif match["name"]:
            value = match["quoted"] if match["quoted"] is not None else match["plain"]
            open_nodes[-1].values[match["name"]] = value.strip()
        elif match["close"]:
            open_nodes.pop()
    if text[at:].strip() or len(open_nodes) != 1:
        raise ValueError(f"Liberty not understood at: {text[at : at + 60].strip()!r}")
    return root.nodes[0]


class _File:
    """What the head of a file says: units and table templates."""

    def __init__(self, head: Node, ground: bool) -> None:
        self.ground = ground
        number, unit = head.get("capacitive_load_unit").replace(",", " ").split()
        self.cap_ff = float(number) * {"ff": 1.0, "pf": 1e3}[unit.lower()]
        self.time_ps = {"1ps": 1.0, "1ns": 1e3}[head.get("time_unit")]
        self.leakage_nw = {"1pW": 1e-3, "1nW": 1.0}[head.get("leakage_power_unit")]
        # Volts are 1 V in both libraries: energy is V^2 times the capacitance unit.
        assert head.get("voltage_unit") == "1V"
        self.templates = {
            node.arguments[0]: node
            for kind in ("lu_table_template", "power_lut_template")
            for node in head.of(kind)
        }

    def cell(self, node: Node) -> FullCell:
        supply = next(
            g.arguments[0] for g in node.of("pg_pin") if g.get("pg_type") == "primary_power"
        )
        pins = {p.arguments[0]: self._pin(p, supply) for p in node.of("pin")}
        leakage = [
            (group.get("when"), float(group.get("value")) * self.leakage_nw)
            for group in node.of("leakage_power")
            if group.get("related_pg_pin") in ("", supply)
        ]
        if not leakage:
            leakage = [("", float(node.get("cell_leakage_power")) * self.leakage_nw)]
        clock, next_state, inverted, enable = "", "", False, ""
        for storage in node.of("ff"):
            clock, next_state = storage.get("clocked_on"), storage.get("next_state")
            (output,) = [p for p in pins.values() if p.direction == "output"]
            inverted = output.function.strip("() ") == storage.arguments[1]
        if node.get("clock_gating_integrated_cell"):
            roles = {
                role: p.arguments[0]
                for p in node.of("pin")
                for role in ("clock", "enable", "test")
                if p.get(f"clock_gate_{role}_pin") == "true"
            }
            clock = roles.pop("clock")
            enable = " + ".join(roles.values())
        return FullCell(
            node.arguments[0], pins, leakage, clock, next_state, inverted, enable
        )  # fmt: skip

    def _pin(self, node: Node, supply: str) -> Pin:
        caps = [node.get(f"{edge}_capacitance") or node.get("capacitance") for edge in EDGES]
        arcs = [
            Arc(
                group.get("related_pin"),
                group.get("timing_sense"),
                group.get("timing_type"),
                group.get("when"),
                self._tables(group, "cell_{}", self.time_ps),
                self._tables(group, "{}_transition", self.time_ps),
            )
            for group in node.of("timing")
        ]
        set_up = [g for g in node.of("timing") if g.get("timing_type") == "setup_rising"]
        powers = [
            Power(related, group.get("when"), self._tables(group, "{}_power", self.cap_ff))
            for group in node.of("internal_power")
            if (group.get("related_pg_pin") not in ("", supply)) == self.ground
            for related in (group.get("related_pin").split() or [""])
        ]
        return Pin(
            node.arguments[0],
            node.get("direction"),
            node.get("function"),
            max((float(c) for c in caps if c), default=0.0) * self.cap_ff,
            arcs,
            powers,
            self._tables(set_up[0], "{}_constraint", self.time_ps) if set_up else {},
        )

    def _tables(self, group: Node, kind: str, unit: float) -> dict[str, Table]:
        return {
            edge: self._table(node, unit)
            for edge in EDGES
            for node in group.of(kind.format(edge))
        }  # fmt: skip

    def _table(self, node: Node, unit: float) -> Table:
        values = [number * unit for number in _numbers(node.get("values"))]
        if len(values) == 1:
            return Table((0.0,), (0.0,), ((values[0],),))
        template = self.templates[node.arguments[0]]
        axes = []
        for k in ("1", "2"):
            if variable := template.get(f"variable_{k}"):
                numbers = _numbers(node.get(f"index_{k}") or template.get(f"index_{k}"))
                is_load = variable == "total_output_net_capacitance"
                factor = self.cap_ff if is_load else self.time_ps
                axes.append((variable, tuple(number * factor for number in numbers)))
        if len(axes) == 1:
            assert axes[0][0] == "input_transition_time"
            return Table(axes[0][1], (0.0,), tuple((value,) for value in values))
        (first, rows), (_, columns) = axes
        table = [tuple(values[i * len(columns) :][: len(columns)]) for i in range(len(rows))]
        if first in ("total_output_net_capacitance", "related_pin_transition"):
            return Table(columns, rows, tuple(zip(*table, strict=True)))
        return Table(rows, columns, tuple(table))


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.replace(",", " ").split()]
