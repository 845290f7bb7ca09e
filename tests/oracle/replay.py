"""The settled values of a netlist's nets, cycle by cycle, from the cells' own functions.

The netlist becomes one Python function over 0 and 1. Flip-flops take their data as it
was at the end of the cycle before, where their clock pulses; a clock gate passes the
pulse where its enable was high then. Without delays there is nothing else to know.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from characterize.netlist import Gate, Netlist
from tests.oracle.expressions import to_python
from tests.oracle.full_liberty import FullCell

Bits = npt.NDArray[np.uint8]
# Changes the nets' values by one cycle, given what the inputs become.
Step = Callable[[list[int], Mapping[int, int]], None]


def replay(netlist: Netlist, cells: Mapping[str, FullCell], drive: Sequence[str]) -> Bits:
    """Value of each net at the end of each cycle, shape (cycles, nets).

    Parameters
    ----------
    drive
        Bits of the input ports but the clock, for each cycle: the first port's
        lowest bit is the last character. What is stored begins as 0.

    Returns
    -------
    numpy.ndarray
        Values; clocks are 0, as they are when a cycle ends. `pulses` tells their cycles.
    """
    nets = [
        net
        for port in netlist.unit.ports
        if port.direction == "input" and port.role != "clock"
        for net in netlist.ports[port.name]
    ]
    step = _step(netlist, cells)
    values = [0] * netlist.nets
    history = np.zeros((len(drive), netlist.nets), dtype=np.uint8)
    for cycle, bits in enumerate(drive):
        step(values, dict(zip(nets, (int(bit) for bit in reversed(bits)), strict=True)))
        history[cycle] = values
    return history


def pulses(netlist: Netlist, cells: Mapping[str, FullCell], history: Bits) -> dict[int, Bits]:
    """Clock net -> whether it pulses in each cycle, shape (cycles,); the first never does."""
    clock = netlist.unit.clock
    if clock is None:
        return {}
    running = np.ones(len(history), dtype=np.uint8)
    running[0] = 0
    found = {netlist.ports[clock.name][0]: running}
    for gate in netlist.gates:
        cell = cells[gate.cell]
        if cell.enable:
            pins = {pin: history[:-1, net] for pin, net in gate.pins.items()}
            enabled = np.zeros_like(running)
            enabled[1:] = eval(to_python(cell.enable), {}, pins)
            (output,) = [pin.name for pin in cell.outputs]
            found[gate.pins[output]] = enabled & found[gate.pins[cell.clock]]
    return found


def _step(netlist: Netlist, cells: Mapping[str, FullCell]) -> Step:
    """A function that takes values and inputs from one cycle's end to the next one's."""
    clock = netlist.unit.clock
    clocks = {netlist.ports[clock.name][0]: "1"} if clock else {}
    before, after = [], []
    for gate in netlist.gates:
        cell = cells[gate.cell]
        if cell.enable:
            (output,) = [pin.name for pin in cell.outputs]
            parent = clocks[gate.pins[cell.clock]]
            clocks[gate.pins[output]] = f"({parent} & {_over_nets(cell.enable, gate)})"
    for index, gate in enumerate(netlist.gates):
        cell = cells[gate.cell]
        if cell.next_state:
            (output,) = [pin.name for pin in cell.outputs]
            value = _over_nets(cell.next_state, gate)
            value = f"(1 ^ {value})" if cell.inverted else value
            net = gate.pins[output]
            before.append(f"q{index} = {value} if {clocks[gate.pins[cell.clock]]} else v[{net}]")
            after.append(f"v[{net}] = q{index}")
    after.append("for net, bit in drive.items(): v[net] = bit")
    for gate in netlist.gates:
        for pin in cells[gate.cell].outputs:
            if pin.function and pin.name in gate.pins and not cells[gate.cell].clock:
                after.append(f"v[{gate.pins[pin.name]}] = {_over_nets(pin.function, gate)}")
    space: dict[str, Step] = {}
    exec("\n    ".join(["def step(v, drive):", *before, *after]), space)
    return space["step"]


def _over_nets(expression: str, gate: Gate) -> str:
    python = to_python(expression)
    return re.sub(r"[A-Za-z_]\w*", lambda match: f"v[{gate.pins[match.group()]}]", python)
