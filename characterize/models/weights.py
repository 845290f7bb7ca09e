"""Energy and delay of a multiplier for each weight, over all transitions of the activation.

The weight is held and the activation makes every ordered transition once, as in a
weight-stationary array, so nothing is sampled. Classes of transitions are the numbers
of bits in which the two activations differ. What a model of these classes is off by, is
measured with rectified Gaussian activations.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from characterize import samples
from characterize.delays import Delays, delays_of
from characterize.energy import EnergyReport
from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.netlist import Netlist
from characterize.rows import clock_period_ps
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.bitparallel.per_cycle import by_label, per_cycle
from characterize.simulators.protocol import Simulation
from characterize.timing import StaticTiming, analyze
from characterize.units import Port, UnitSpec
from sim.formats import IntArray

KIND = "weight_classes"
STIMULUS = "all transitions of x"
_HELD_OUT_WEIGHTS = 32
_HELD_OUT_OPERATIONS = 1 << 13
_HELD_OUT_SPREAD = 0.25  # of the largest activation


@dataclass(frozen=True, eq=False)
class WeightEnergies:
    """What each weight costs.

    Attributes
    ----------
    weights
        Every value of w, shape (weights,).
    energy_fj
        Mean over all ordered transitions of x, leakage included, shape (weights,).
    class_fj
        Mean over those in which x changes k bits, k = 0, 1, ..., shape (weights, bits + 1).
    delay_ps
        Longest time from the change of the operands until the product rests, over all
        transitions; in whole steps of the delay model; NaN where that has none, shape
        (weights,).
    held_out_percent
        Error of `class_fj` on other activations, for some weights.
    """

    weights: IntArray
    energy_fj: FloatArray
    class_fj: FloatArray
    delay_ps: FloatArray
    held_out_percent: FloatArray


def all_transitions(values: IntArray) -> IntArray:
    """A sequence in which each ordered pair of values stands side by side once.

    A de Bruijn sequence of order 2, which ends as it begins; shape (n^2 + 1,).
    """
    count = values.size
    pieces = []
    for value in range(count):
        piece = np.full(2 * (count - value) - 1, value)
        piece[2::2] = np.arange(value + 1, count)
        pieces.append(piece)
    return np.asarray(values[np.append(np.concatenate(pieces), 0)], dtype=np.int64)


def is_multiplier(unit: UnitSpec) -> bool:
    """Whether a unit is a combinational multiplier, whose weights can be told apart."""
    return unit.entry.table.get("operator") == "multiply" and not unit.latency


def weight_energies(netlist: Netlist, delay_model: str) -> WeightEnergies:
    """Measure every weight of a multiplier.

    Raises
    ------
    CharacterizeError
        If the unit is no combinational multiplier.
    """
    unit = netlist.unit
    x, w = unit.port("x"), unit.port("w")
    if not is_multiplier(unit) or x is None or w is None:
        raise CharacterizeError(f"{unit.name}: energies of weights are those of a multiplier")
    timing = analyze(netlist)
    delays = delays_of(netlist, timing, delay_model)
    outputs = [net for port in unit.results for net in netlist.ports[port.name]]
    walk = all_transitions(x.format.values())
    distance = _distances(x, walk)
    weights = w.format.values()
    means, classes, latest = [], [], []
    for weight in weights:
        simulation = _held(netlist, walk, int(weight), delays)
        report = _report(simulation, netlist, timing)
        cycles = per_cycle(simulation, report.toggle_energy_fj, [outputs])
        count, total = by_label(cycles.energy, distance, x.format.bits + 1)
        means.append(report.whole.energy_fj)
        classes.append(total / count + report.whole.leakage_fj)
        latest.append(int(cycles.last_step[0].max()))
    delay_ps = np.full(weights.size, np.nan)
    if delays.step_ps is not None:
        # The product of a weight of 0 never changes.
        delay_ps = np.maximum(np.array(latest) - delays.operands, 0) * delays.step_ps
    energies = np.array(classes)
    held_out = _held_out_percent(netlist, timing, delays, x, energies)
    return WeightEnergies(weights, np.array(means), energies, delay_ps, held_out)


def _held_out_percent(
    netlist: Netlist, timing: StaticTiming, delays: Delays, x: Port, class_fj: FloatArray
) -> FloatArray:
    """Error of the classes under rectified Gaussian activations, for some weights."""
    weights = netlist.unit.port("w")
    assert weights is not None
    values = weights.format.values()
    drawn = samples.words("held-out activations", _HELD_OUT_OPERATIONS + 1)
    spread = _HELD_OUT_SPREAD * (x.format.max + 1)
    stream = np.maximum(samples.gaussian(drawn, x.format, spread), 0)
    share = np.bincount(_distances(x, stream), minlength=x.format.bits + 1) / (stream.size - 1)
    errors = []
    for index in range(0, values.size, max(values.size // _HELD_OUT_WEIGHTS, 1)):
        simulation = _held(netlist, stream, int(values[index]), delays)
        measured = _report(simulation, netlist, timing).whole.energy_fj
        errors.append(100 * (float(share @ class_fj[index]) / measured - 1))
    return np.array(errors)


def _distances(x: Port, stream: IntArray) -> IntArray:
    """Bits in which neighbours differ, shape (operations,)."""
    codes = x.format.encode(stream)
    return np.asarray(np.bitwise_count(codes[1:] ^ codes[:-1]), dtype=np.int64)


def _held(netlist: Netlist, stream: IntArray, weight: int, delays: Delays) -> Simulation:
    operands = {"x": stream, "w": np.full(stream.size, weight, dtype=np.int64)}
    return Simulation(netlist.unit, operands, netlist, 1, delays)


def _report(simulation: Simulation, netlist: Netlist, timing: StaticTiming) -> EnergyReport:
    (outcome,) = BitParallel().run([simulation])
    assert outcome.activity is not None
    clock_ps = clock_period_ps(netlist.library, timing)
    return EnergyReport(netlist, timing, outcome.activity, clock_ps)


def rows(netlist: Netlist, delay_model: str, found: WeightEnergies) -> list[dict[str, Any]]:
    """Rows of `weights.csv`."""
    return [
        {
            "unit": netlist.unit.name,
            "library": netlist.library.name,
            "delay_model": delay_model,
            "stimulus": STIMULUS,
            "weight": int(weight),
            "energy_fj": float(energy),
            "delay_ps": None if np.isnan(delay) else float(delay),
        }
        for weight, energy, delay in zip(
            found.weights, found.energy_fj, found.delay_ps, strict=True
        )
    ]


def entry(netlist: Netlist, delay_model: str, found: WeightEnergies) -> dict[str, Any]:
    """The model of a unit as it stands in `models.json`."""
    error = np.abs(found.held_out_percent)
    return {
        "kind": KIND,
        "unit": netlist.unit.name,
        "library": netlist.library.name,
        "delay_model": delay_model,
        "classes": "bits in which neighbouring activations differ",
        "weights": found.weights.tolist(),
        "energy_fj": [float(f"{value:.6g}") for value in found.energy_fj],
        "class_fj": [[float(f"{value:.6g}") for value in line] for line in found.class_fj],
        "error": {
            "held_out": {
                "mean_percent": float(f"{error.mean():.4g}"),
                "worst_percent": float(f"{error.max():.4g}"),
                "on": f"{error.size} weights with rectified Gaussian activations",
            }
        },
    }
