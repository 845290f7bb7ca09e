"""KyuPy in the benchmark: its LogicSim without delays, its WaveSim with unit delays.

KyuPy is given what it takes: gates as its primitives, flip-flops as inputs whose
sequence is known from the reference operator. LogicSim gives values; toggles are
counted from them here, in NumPy. WaveSim counts transitions itself.

Source: S. Holst, KyuPy 0.0.5, https://github.com/s-holst/kyupy.
"""

import importlib.util
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from characterize.bench.case import BenchCase
from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.layout import permuted
from characterize.simulators.bitparallel.program import compile_netlist
from sim.formats import IntArray
from sim.ops import accumulate

# Vectors at a time: of those tried (2^12 to 2^20) the ones with the highest rates.
_LOGIC_SIMS = 1 << 16
_WAVE_SIMS = 1 << 8
_MAJORITY, _MINORITY = 0xE8, 0x17
# Half of a gate's delay is in front of it and half behind: a change as short as the
# whole delay then passes both halves, as it does in Icarus.
_HALF = 0.5

Bits = Mapping[int, npt.NDArray[np.uint8]]


class KyupyContestant:
    """LogicSim where the case has no delays, else WaveSim.

    Raises
    ------
    CharacterizeError
        If KyuPy is not installed, or a cell is none of its primitives.
    """

    def __init__(self, case: BenchCase) -> None:
        if importlib.util.find_spec("kyupy") is None or importlib.util.find_spec("numba") is None:
            raise CharacterizeError(
                "kyupy or numba is not installed: pip install kyupy numba, or run nox -s bench"
            )
        self._case = case
        self._states = state_nets(case.netlist)
        self._timed = case.delays.model != "zero"
        self._inputs = sorted(case.netlist.input_nets - case.netlist.clock_nets | set(self._states))
        circuit = _Circuit(case.netlist, self._inputs, as_tables=self._timed)
        self._lines = circuit.lines
        if self._timed:
            self._sim = _wave_sim(circuit, case)
        else:
            self._sim = _logic_sim(circuit)

    def run(self, vectors: int) -> IntArray:
        """See `Contestant.run`."""
        toggles = np.zeros(self._case.netlist.nets, dtype=np.int64)
        sums = 0
        size = _WAVE_SIMS if self._timed else _LOGIC_SIMS - 8
        for begin in range(0, vectors, size):
            length = min(size, vectors - begin)
            codes = self._case.codes(begin, length + 1)
            bits, sums = _input_bits(self._case.netlist, codes, self._states, begin, sums)
            count = self._count_waves if self._timed else self._count_values
            count(bits, length, toggles)
        return toggles

    def _count_values(self, bits: Bits, length: int, toggles: IntArray) -> None:
        sim = self._sim
        size = -(-(length + 1) // 8)
        for place, net in enumerate(self._inputs):
            packed = np.packbits(bits[net], bitorder="little")
            sim.s[0, place, 0, :size] = packed
        sim.s_to_c()
        sim.c_prop()
        for net, line in self._lines.items():
            row = sim.c[sim.c_locs[line], 0, :size]
            # A bit beside the one before it.
            change = row ^ (row << 1)
            change[1:] ^= row[:-1] >> 7
            change[0] &= 0xFE
            rest = (length + 1) % 8
            if rest:
                change[-1] &= (1 << rest) - 1
            toggles[net] += int(np.bitwise_count(change).sum())

    def _count_waves(self, bits: Bits, length: int, toggles: IntArray) -> None:
        sim = self._sim
        for place, net in enumerate(self._inputs):
            sim.s[0, place, :length] = bits[net][:-1]
            sim.s[1, place, :length] = 0.0
            sim.s[2, place, :length] = bits[net][1:]
        sim.abuf[:] = 0
        sim.s_to_c()
        sim.c_prop(sims=length)
        if (sim.c[:, :length] > np.float32(2**127)).any():
            raise CharacterizeError(
                f"{self._case.label}: KyuPy left out transitions of a net that has too many"
            )
        nets = np.array(list(self._lines))
        toggles[nets] += sim.abuf[nets, :length].sum(axis=1)


class _Circuit:
    """A netlist as a circuit of KyuPy.

    Attributes
    ----------
    circuit
        KyuPy's.
    lines
        Net -> index of the line from its driver.
    tables
        Index of a line -> truth table of its driver, where `as_tables` asks for them;
        each gate then has a primitive of as many inputs in place of its own.
    """

    def __init__(self, netlist: Netlist, inputs: list[int], as_tables: bool) -> None:
        from kyupy.circuit import Circuit, Line, Node  # noqa: PLC0415  the extra `bench`

        self.circuit = Circuit(netlist.unit.name)
        self.lines: dict[int, int] = {}
        self.tables: dict[int, int] = {}
        self._node, self._line = Node, Line
        self._as_tables = as_tables
        self._forks: dict[int, Any] = {}
        for net in inputs:
            port = Node(self.circuit, f"i{net}", "input")
            self.circuit.io_nodes.append(port)
            self._drive(net, port)
        for gate in netlist.gates:
            cell = netlist.cell(gate)
            if cell.flip_flop is not None:
                continue
            (output,) = cell.outputs
            nets = [gate.pins[pin] for pin in cell.input_cap_ff]
            bits = cell.functions[output].table(tuple(cell.input_cap_ff))
            table = sum(int(bit) << index for index, bit in enumerate(bits))
            self._gate(gate.pins[output], table, nets)
        driven = [net for net in self.lines if not self._forks[net].outs]
        outputs = {net for gate in netlist.gates for net in gate.pins.values()} & set(self.lines)
        # KyuPy simulates what some output needs: every net is made one.
        for net in sorted(outputs | set(driven)):
            port = Node(self.circuit, f"o{net}", "output")
            self.circuit.io_nodes.append(port)
            Line(self.circuit, self._forks[net], port)

    def _gate(self, net: int, table: int, nets: list[int]) -> None:
        node: Any
        if self._as_tables:
            node = self._node(self.circuit, f"g{net}", "buf" if len(nets) == 1 else "and")
        elif table in (_MAJORITY, _MINORITY) and len(nets) == 3:
            # KyuPy has no majority: ab + c (a + b).
            either = self._node(self.circuit, f"h{net}", "or2")
            for each in nets[:2]:
                self._line(self.circuit, self._forks[each], either)
            kind = "ao22" if table == _MAJORITY else "aoi22"
            node = self._node(self.circuit, f"g{net}", kind)
            for each in nets:
                self._line(self.circuit, self._forks[each], node)
            self._line(self.circuit, either, node)
            self._drive(net, node)
            return
        else:
            kind, nets = _primitive(table, nets)
            node = self._node(self.circuit, f"g{net}", kind)
        for each in nets:
            self._line(self.circuit, self._forks[each], node)
        self._drive(net, node)
        if self._as_tables:
            repeated = sum(
                (table >> (index & ((1 << len(nets)) - 1)) & 1) << index for index in range(16)
            )
            self.tables[self.lines[net]] = repeated

    def _drive(self, net: int, node: Any) -> None:
        fork = self._node(self.circuit, f"n{net}")
        self._forks[net] = fork
        self.lines[net] = self._line(self.circuit, node, fork).index


def _primitive(table: int, nets: list[int]) -> tuple[str, list[int]]:
    """KyuPy's primitive with this truth table, and the inputs in its order."""
    from kyupy import sim  # noqa: PLC0415

    inputs = len(nets)
    size = 1 << inputs
    for name, opcode in sim.name2prim.items():
        if name.startswith("__") or not name[-1].isdigit():
            continue
        code = int(opcode)
        low = code & ((1 << size) - 1)
        depends = any((code >> index & 1) != (code >> (index % size) & 1) for index in range(16))
        if not depends and (order := permuted(low, inputs).get(table)):
            return name.lower(), [nets[k] for k in order]
    raise CharacterizeError(f"KyuPy has no primitive of {inputs} inputs with the table {table:#x}")


def _logic_sim(circuit: _Circuit) -> Any:
    from kyupy.logic_sim import LogicSim  # noqa: PLC0415

    return LogicSim(circuit.circuit, sims=_LOGIC_SIMS, m=2, strip_forks=True)


def _wave_sim(circuit: _Circuit, case: BenchCase) -> Any:
    from kyupy.wave_sim import WaveSim  # noqa: PLC0415

    lines = len(circuit.circuit.lines)
    control = np.zeros((lines + 3, 3), dtype=np.int32)
    control[:, 0] = -1
    for net, line in circuit.lines.items():
        control[line] = net, 1, 1
    delays = np.zeros((lines, 2, 2), dtype=np.float32)
    for node in circuit.circuit.nodes:
        if node.kind == "input":
            continue
        # In front of a gate, and between a gate and its fork; outputs and inputs have none.
        for line in node.ins:
            driver = line.driver
            before_gate = driver.kind == "__fork__" and node.kind in ("and", "buf")
            behind_gate = node.kind == "__fork__" and driver.kind in ("and", "buf")
            if before_gate or behind_gate:
                delays[line.index] = _HALF
    sim = WaveSim(
        circuit.circuit, delays, sims=_WAVE_SIMS, c_caps=_capacities(circuit, case), a_ctrl=control
    )
    for operation in sim.ops:
        if int(operation[1]) in circuit.tables:
            operation[0] = circuit.tables[int(operation[1])]
    if sim.abuf.shape[0] < case.netlist.nets:
        missing = case.netlist.nets - sim.abuf.shape[0]
        sim.abuf = np.pad(sim.abuf, ((0, missing), (0, 0)))
    return sim


def _capacities(circuit: _Circuit, case: BenchCase) -> list[int]:
    """For each line how many transitions KyuPy makes room for: multiples of four."""
    # Two more than a net can have in a cycle, one for each time at which it may change.
    arrivals = compile_netlist(case.netlist, case.delays).arrivals
    most = [4] * (len(circuit.circuit.lines) + 3)
    for net, line in circuit.lines.items():
        fork = circuit.circuit.lines[line].reader
        for each in (line, *(out.index for out in fork.outs)):
            most[each] = 4 * -(-(arrivals[net].bit_count() + 2) // 4)
    return most


def state_nets(netlist: Netlist) -> dict[int, tuple[int, bool]]:
    """Net that a flip-flop drives -> bit of the result that it stores, and whether inverted.

    Raises
    ------
    CharacterizeError
        If a flip-flop stores anything else.
    """
    stored = {
        gate.pins[pin]
        for gate in netlist.gates
        if netlist.cell(gate).flip_flop is not None
        for pin in netlist.cell(gate).outputs
    }
    if not stored:
        return {}
    results = {net: bit for bit, net in enumerate(netlist.ports[netlist.unit.results[0].name])}
    drivers = {gate.pins[pin]: gate for gate in netlist.gates for pin in netlist.cell(gate).outputs}
    found: dict[int, tuple[int, bool]] = {}
    for net, bit in results.items():
        inverted, at = False, net
        while (gate := drivers[at]) and netlist.cell(gate).flip_flop is None:
            cell = netlist.cell(gate)
            pins = tuple(cell.input_cap_ff)
            (output,) = cell.outputs
            if len(pins) != 1:
                break
            inverted ^= bool(cell.functions[output].table(pins)[0])
            at = gate.pins[pins[0]]
        else:
            found[at] = bit, inverted
    if stored - set(found):
        raise CharacterizeError(f"{netlist.unit.name}: a flip-flop that stores no result's bit")
    return found


def _input_bits(
    netlist: Netlist,
    codes: Mapping[str, npt.NDArray[np.uint8]],
    states: Mapping[int, tuple[int, bool]],
    begin: int,
    sums: int,
) -> tuple[dict[int, npt.NDArray[np.uint8]], int]:
    """Bits of each input, and what a MAC has summed up by the last but one cycle.

    Parameters
    ----------
    codes
        Of each operand, as `BenchCase.codes` gives them, from cycle `begin` on.
    sums
        The MAC's sum in the first of the cycles.
    """
    found: dict[int, npt.NDArray[np.uint8]] = {}
    unit = netlist.unit
    for port in unit.operands:
        for bit, net in enumerate(netlist.ports[port.name]):
            found[net] = (codes[port.role] >> np.uint8(bit)) & np.uint8(1)
    if states:
        x, w = (
            port.format.wrap(codes[port.role].astype(np.int64))
            for port in unit.operands
            if port.format.bits > 1
        )
        products = x * w
        if begin == 0:
            # In the lead-in the first product was added to nothing, again and again.
            sums = int(products[0])
        before = accumulate(
            np.concatenate([[sums], products[:-1]]),
            np.concatenate([[1], codes["clear"][:-1]]),
            np.ones_like(products),
            unit.results[0].format,
        )
        for net, (bit, inverted) in states.items():
            found[net] = ((before >> bit & 1) ^ int(inverted)).astype(np.uint8)
        sums = int(before[-1])
    return found, sums
