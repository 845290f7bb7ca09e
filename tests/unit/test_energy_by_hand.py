"""The energy of a small unit, worked out again from the figures alone.

This test shares no code with the product beyond the inputs: it reads the cell
table as plain TOML and the netlist as Verilog text, simulates the gates with
Python's own operators, and follows the definitions: loads, slews, switching,
internal, clock and leakage. A registered 2 x 2 multiplier has all of them.
"""

import re
import tomllib
from collections import defaultdict
from itertools import pairwise
from typing import Any

import pytest

from characterize.cell_table import LIBRARIES_DIR
from characterize.energy import BLOCKS, EnergyReport
from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from characterize.verilog import netlist_verilog

VECTORS = 2000
VDD, WIRE_FF, INPUT_SLEW_PS, CLOCK_PS = 0.7, 0.2, 20.0, 1000.0
EDGES = ("rise", "fall")
TABLE = tomllib.loads((LIBRARIES_DIR / "asap7.toml").read_text())["cells"]
FLIP_FLOP = "DFFHQNx1_ASAP7_75t_R"


def line(axis: list[float], values: list[float], at: float) -> float:
    """Linear interpolation, extrapolated at both ends."""
    last = len(axis) - 2
    k = max(0, min(last, sum(at >= a for a in axis) - 1))
    return values[k] + (values[k + 1] - values[k]) * (at - axis[k]) / (axis[k + 1] - axis[k])


def surface(arc: dict[str, Any], key: str, slew: float, load: float) -> float:
    """Interpolation over input slew and output load."""
    over_load = [line(arc["axis_load_ff"], row, load) for row in arc[key]]
    return line(arc["axis_slew_ps"], over_load, slew)


class Hand:
    """The unit as text says it is."""

    def __init__(self, verilog: str, drive: dict[str, list[int]]) -> None:
        self.cells = []  # (cell name, pin -> net)
        for cell, pins in re.findall(r"^  (\w+_R) g\d+ \((.*)\);$", verilog, re.M):
            self.cells.append((cell, dict(re.findall(r"\.(\w+)\((n\d+)\)", pins))))
        self.inputs = {net: (port, int(bit)) for net, port, bit in
                       re.findall(r"assign (n\d+) = (\w+)\[(\d+)\];", verilog)}  # fmt: skip
        self.outputs = re.findall(r"assign p_o\[\d+\] = (n\d+);", verilog)
        self.drive = drive

    def gates(self) -> list[tuple[str, dict[str, str]]]:
        """Combinational gates in the order in which their inputs become known."""
        return [c for c in self.cells if c[0] != FLIP_FLOP]

    def flops(self) -> list[dict[str, str]]:
        return [pins for cell, pins in self.cells if cell == FLIP_FLOP]

    def simulate(self) -> list[dict[str, bool]]:
        """Settled value of every net at the end of each cycle, first operands held."""
        length = len(self.drive["x_i"])
        held = {port: [v[0]] * 3 + v for port, v in self.drive.items()}
        stored = {pins["QN"]: True for pins in self.flops()}
        history = []
        for cycle in range(length + 3):
            nets = dict(stored)
            for net, (port, bit) in self.inputs.items():
                nets[net] = port != "clk_i" and bool(held[port][cycle] >> bit & 1)
            for cell, pins in self.gates():
                ((output, text),) = TABLE[cell]["functions"].items()
                python = text.replace("!", " not ").replace("*", " and ").replace("+", " or ")
                nets[pins[output]] = bool(
                    eval(python, {}, {p: nets[n] for p, n in pins.items() if p != output})
                )
            stored = {pins["QN"]: not nets[pins["D"]] for pins in self.flops()}
            history.append(nets)
        return history[3:]

    def loads(self) -> dict[str, float]:
        loads: dict[str, float] = defaultdict(float)
        for cell, pins in self.cells:
            for pin, caps in TABLE[cell]["input_cap_ff"].items():
                loads[pins[pin]] += max(caps["rise"], caps["fall"]) + WIRE_FF
        for net in self.outputs:
            caps = TABLE[FLIP_FLOP]["input_cap_ff"]["D"]
            loads[net] += max(caps["rise"], caps["fall"]) + WIRE_FF
        return loads

    def slews(self, loads: dict[str, float]) -> dict[tuple[str, str], float]:
        slews = {(net, edge): INPUT_SLEW_PS for net in self.inputs for edge in EDGES}
        ordered = [(FLIP_FLOP, pins) for pins in self.flops()] + self.gates()
        for cell, pins in ordered:
            for arc in TABLE[cell]["timing"]:
                for edge in EDGES:
                    source = pins[arc["input"]]
                    slew = slews[source, self.cause(arc["sense"], edge)]
                    out = surface(arc, f"slew_{edge}_ps", slew, loads[pins[arc["output"]]])
                    key = (pins[arc["output"]], edge)
                    slews[key] = max(slews.get(key, 0.0), out)
        return slews

    @staticmethod
    def cause(sense: str, edge: str) -> str:
        if sense == "clock":
            return "rise"
        return edge if sense == "positive" else {"rise": "fall", "fall": "rise"}[edge]


@pytest.fixture(scope="module")
def measured(registry: Registry, asap7: CellLibrary, icarus: Icarus) -> tuple[Any, Hand]:
    unit = registry.unit("multiplier_registered_x2u_w2u")
    netlist = synthesize(unit, asap7)
    operands = Stimulus("uniform").operands(unit, VECTORS + 1)
    (outcome,) = icarus.run([Simulation(unit, operands, netlist, BLOCKS)])
    assert outcome.activity is not None
    report = EnergyReport(netlist, analyze(netlist), outcome.activity, CLOCK_PS)
    drive = {
        "x_i": operands["x"].tolist(),
        "w_i": operands["w"].tolist(),
        "clk_i": [0] * (VECTORS + 1),
    }
    return report.rows(), Hand(netlist_verilog(netlist), drive)


def toggles(history: list[dict[str, bool]]) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for before, after in pairwise(history):
        for net in after:
            counts[net] += before[net] != after[net]
    return {net: count / VECTORS for net, count in counts.items()}


def test_toggles_and_switching(measured: tuple[Any, Hand]) -> None:
    rows, hand = measured
    rates = toggles(hand.simulate())
    loads = hand.loads()
    assert rows["all", "all"].toggles == pytest.approx(sum(rates.values()), rel=1e-12)
    by_hand = sum(0.5 * loads[net] * VDD**2 * rate for net, rate in rates.items())
    assert rows["all", "all"].switching_fj == pytest.approx(by_hand, rel=1e-9)


def test_transistor_operations(measured: tuple[Any, Hand]) -> None:
    """Each output's toggles times the transistors of the cell that drives it."""
    rows, hand = measured
    rates = toggles(hand.simulate())
    by_hand = sum(
        TABLE[cell]["transistors"] * rates[net]
        for cell, pins in hand.cells
        for pin, net in pins.items()
        if pin in TABLE[cell]["outputs"]
    )
    assert by_hand > 0
    assert rows["all", "all"].transistor_ops == pytest.approx(by_hand, rel=1e-12)
    # No cell drives the nets of the inputs.
    assert rows["input", "all"].transistor_ops == 0


def test_bit_flips_of_the_ports(measured: tuple[Any, Hand]) -> None:
    """The multiplier's inputs: four register outputs, whatever inverters stand there."""
    rows, hand = measured
    drive = hand.drive
    flips = sum(
        bin(a ^ b).count("1")
        for port in ("x_i", "w_i")
        # Operands are registered once: the last one has not reached the multiplier.
        for a, b in pairwise([drive[port][0], *drive[port][:-1]])
    )
    assert rows["all", "mult_in"].bit_flips == pytest.approx(flips / VECTORS, rel=1e-12)


def test_internal(measured: tuple[Any, Hand]) -> None:
    rows, hand = measured
    rates, loads = toggles(hand.simulate()), hand.loads()
    slews = hand.slews(loads)
    total = 0.0
    for cell, pins in hand.cells:
        table = TABLE[cell]
        for output in table["outputs"]:
            arcs = [arc for arc in table["power"] if arc["output"] == output]
            weights, energies = [], []
            for arc in arcs:
                senses = [t["sense"] for t in table["timing"] if t["input"] == arc["input"]]
                edge_energies = []
                for edge in EDGES:
                    causes = {hand.cause(sense, edge) for sense in senses}
                    values = [
                        surface(
                            arc,
                            f"energy_{edge}_fj",
                            slews[pins[arc["input"]], c],
                            loads[pins[output]],
                        )
                        for c in causes
                    ]
                    edge_energies.append(sum(values) / len(values))
                energies.append(sum(edge_energies) / 2)
                weights.append(rates[pins[arc["input"]]] if cell != FLIP_FLOP else 1.0)
            mean = sum(w * e for w, e in zip(weights, energies, strict=True)) / sum(weights)
            total += mean * rates[pins[output]]
        for entry in table.get("pin_energy", []):
            # Data pins change while the clock is high; clock pins are `clock`.
            if entry["pin"] == "CLK" or "!CLK" in entry["when"]:
                continue
            net = pins[entry["pin"]]
            both = sum(
                line(entry["axis_slew_ps"], entry[f"energy_{e}_fj"], slews[net, e]) for e in EDGES
            )
            total += both / 2 * rates[net]
    assert rows["all", "all"].internal_fj == pytest.approx(total, rel=1e-9)


def test_clock(measured: tuple[Any, Hand]) -> None:
    """Clock energy from the states that were there, edge by edge."""
    rows, hand = measured
    history = hand.simulate()
    caps = TABLE[FLIP_FLOP]["input_cap_ff"]["CLK"]
    capacitance = (max(caps.values()) + WIRE_FF) * VDD**2
    states = {}
    for entry in TABLE[FLIP_FLOP]["pin_energy"]:
        if entry["pin"] == "CLK":
            key = ("!D" not in entry["when"], "!QN" not in entry["when"])
            states[key] = {
                edge: (line(entry["axis_slew_ps"], entry[f"energy_{edge}_fj"], INPUT_SLEW_PS)
                       if len(entry.get(f"energy_{edge}_fj", [])) > 1 else 0.0)
                for edge in EDGES
            }  # fmt: skip
    assert len(states) == 4
    total = 0.0
    for before, during in pairwise(history):
        for pins in hand.flops():
            total += states[before[pins["D"]], before[pins["QN"]]]["rise"]
            total += states[during[pins["D"]], during[pins["QN"]]]["fall"]
    by_hand = total / VECTORS + capacitance * len(hand.flops())
    # The product takes the states before both edges from the same samples.
    assert rows["all", "all"].clock_fj == pytest.approx(by_hand, rel=1e-3)


def test_leakage_and_size(measured: tuple[Any, Hand]) -> None:
    rows, hand = measured
    whole = rows["all", "all"]
    leakage_nw = sum(TABLE[cell]["leakage_nw"] for cell, _ in hand.cells)
    assert whole.leakage_fj == pytest.approx(leakage_nw * CLOCK_PS * 1e-6, rel=1e-9)
    assert whole.area_um2 == pytest.approx(sum(TABLE[c]["area_um2"] for c, _ in hand.cells))
    assert whole.cells == len(hand.cells)
    assert whole.transistors == sum(TABLE[cell]["transistors"] for cell, _ in hand.cells)


def test_everything_adds_up(measured: tuple[Any, Hand]) -> None:
    rows, _ = measured
    whole = rows["all", "all"]
    for name in ("toggles", "bit_flips", "transistor_ops", "energy_fj", "area_um2", "cells"):
        parts = sum(getattr(r, name) for (p, g), r in rows.items() if p != "all" and g == "all")
        groups = sum(getattr(r, name) for (p, g), r in rows.items() if p == "all" and g != "all")
        assert getattr(whole, name) == pytest.approx(parts, rel=1e-9)
        assert getattr(whole, name) == pytest.approx(groups, rel=1e-9)
