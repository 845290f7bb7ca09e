"""The small Liberty file of a cell table, for synthesis and for timing tools."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from characterize.library import EDGES, Cell, CellLibrary, FlipFlop, Grid, TimingArc

_MOST_MADE = 4  # files that are kept: a sweep asks for the same one for every unit
_made: dict[int, tuple[CellLibrary, str, str]] = {}
_SENSES = {"positive": "positive_unate", "negative": "negative_unate", "clock": "non_unate"}


def liberty_text(library: CellLibrary) -> str:
    """A library as Liberty text: functions, areas, capacitances, delays, leakage.

    In the time and capacitance units of the library's own files: the mapper's figures
    have 24 bits, and whether sizes tie hangs on the last one. Internal energy is not in
    it: synthesis does not use it.
    """
    time_unit = library.source.get("time_unit", "1ps")
    capacitance_unit = library.source.get("capacitance_unit", "ff")
    time = 1000.0 if time_unit == "1ns" else 1.0
    capacitance = 1000.0 if capacitance_unit == "pf" else 1.0
    lines = [
        f"library ({library.name}) {{",
        "  delay_model : table_lookup;",
        f'  time_unit : "{time_unit}";',
        '  voltage_unit : "1V";',
        '  current_unit : "1mA";',
        '  leakage_power_unit : "1nW";',
        '  pulling_resistance_unit : "1kohm";',
        f"  capacitive_load_unit (1, {capacitance_unit});",
        f"  nom_voltage : {library.conditions.vdd_v:g};",
        f"  nom_temperature : {library.conditions.temperature_c:g};",
        "  input_threshold_pct_rise : 50; input_threshold_pct_fall : 50;",
        "  output_threshold_pct_rise : 50; output_threshold_pct_fall : 50;",
    ]
    sizes = {
        grid.values.shape
        for cell in library.cells.values()
        for arc in cell.timing
        for grid in (*arc.delay_ps.values(), *arc.slew_ps.values())
    }
    for rows, columns in sorted(sizes):
        lines += [
            f"  lu_table_template (t{rows}x{columns}) {{",
            "    variable_1 : input_net_transition;",
            "    variable_2 : total_output_net_capacitance;",
            f'    index_1 ("{_numbers(range(1, rows + 1))}");',
            f'    index_2 ("{_numbers(range(1, columns + 1))}");',
            "  }",
        ]
    for cell in library.cells.values():
        lines += _cell(_scaled(cell, time, capacitance))
    return "\n".join([*lines, "}", ""])


def liberty_file(library: CellLibrary) -> tuple[str, str]:
    """Name and content of the file; Yosys caches by name, so the name follows the content."""
    # Libraries are no keys of a dictionary; one that is kept here has its number to itself.
    if id(library) not in _made:
        text = liberty_text(library)
        name = f"{library.name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.lib"
        while len(_made) >= _MOST_MADE:
            _made.pop(next(iter(_made)))
        _made[id(library)] = library, name, text
    _, name, text = _made[id(library)]
    return name, text


def _scaled(cell: Cell, time: float, capacitance: float) -> Cell:
    """A cell's delays, slews and capacitances in units of so many ps and fF."""

    def scaled(grids: Mapping[str, Grid]) -> dict[str, Grid]:
        return {
            edge: Grid(grid.slew_ps / time, grid.load_ff / capacitance, grid.values / time)
            for edge, grid in grids.items()
        }

    storage = cell.flip_flop
    return replace(
        cell,
        input_cap_ff={
            pin: {edge: value / capacitance for edge, value in values.items()}
            for pin, values in cell.input_cap_ff.items()
        },
        timing=tuple(
            replace(arc, delay_ps=scaled(arc.delay_ps), slew_ps=scaled(arc.slew_ps))
            for arc in cell.timing
        ),
        flip_flop=storage
        and replace(storage, setup_ps=storage.setup_ps / time, hold_ps=storage.hold_ps / time),
    )


def _cell(cell: Cell) -> Iterator[str]:
    yield f"  cell ({cell.name}) {{"
    yield f"    area : {cell.area_um2:.8g};"
    yield f"    cell_leakage_power : {cell.leakage_nw:.8g};"
    storage, gate = cell.flip_flop, cell.clock_gate
    if gate is not None:
        kind = "latch_posedge" if gate.test is None else "latch_posedge_precontrol"
        yield f"    clock_gating_integrated_cell : {kind};"
    if storage is not None:
        next_state = f"!{storage.data}" if storage.inverted else storage.data
        yield f'    ff (IQ, IQN) {{ clocked_on : "{storage.clock}"; next_state : "{next_state}"; }}'
    for pin, capacitances in cell.input_cap_ff.items():
        yield f"    pin ({pin}) {{"
        yield "      direction : input;"
        yield f"      capacitance : {cell.load_ff(pin):.8g};"
        yield from (f"      {edge}_capacitance : {capacitances[edge]:.8g};" for edge in EDGES)
        if pin == cell.clock:
            yield "      clock : true;"
        if gate is not None:
            roles = {gate.clock: "clock", gate.enable: "enable", gate.test: "test"}
            yield f"      clock_gate_{roles[pin]}_pin : true;"
        if storage is not None and pin == storage.data:
            yield from _constraints(storage)
        yield "    }"
    for pin in cell.outputs:
        yield f"    pin ({pin}) {{"
        yield "      direction : output;"
        if gate is not None:
            yield "      clock_gate_out_pin : true;"
        else:
            yield f'      function : "{"IQ" if storage else cell.functions[pin].text}";'
        for arc in cell.timing:
            if arc.output == pin:
                yield from _arc(arc, clocked=storage is not None)
        yield "    }"
    yield "  }"


def _arc(arc: TimingArc, clocked: bool) -> Iterator[str]:
    """One timing group for each state: tools take the worst of them."""
    yield "      timing () {"
    yield f'        related_pin : "{arc.input}";'
    yield f"        timing_sense : {_SENSES[arc.sense]};"
    if arc.when:
        yield f'        when : "{arc.when}";'
    if clocked:
        yield "        timing_type : rising_edge;"
    yield from _tables({f"cell_{edge}": grid for edge, grid in arc.delay_ps.items()})
    yield from _tables({f"{edge}_transition": grid for edge, grid in arc.slew_ps.items()})
    yield "      }"


def _constraints(storage: FlipFlop) -> Iterator[str]:
    """Set-up and hold of the data pin; timing tools find no path without them."""
    for kind, value in (("setup", storage.setup_ps), ("hold", storage.hold_ps)):
        constraint = " ".join(
            f'{edge}_constraint (scalar) {{ values ("{value:.8g}"); }}' for edge in EDGES
        )
        yield (
            f'      timing () {{ related_pin : "{storage.clock}"; '
            f"timing_type : {kind}_rising; {constraint} }}"
        )


def _tables(grids: Mapping[str, Grid]) -> Iterator[str]:
    for name, grid in grids.items():
        rows, columns = grid.values.shape
        values = ", ".join(f'"{_numbers(row)}"' for row in grid.values)
        yield f"        {name} (t{rows}x{columns}) {{"
        yield f'          index_1 ("{_numbers(grid.slew_ps)}");'
        yield f'          index_2 ("{_numbers(grid.load_ff)}");'
        yield f"          values ({values});"
        yield "        }"


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.8g}" for value in values)
