"""Energy of a MAC from statistics of its operands, of bits or of words: ridge regressions.

Fitted on synthetic streams (`models.streams`), whose energies are measured at the gates.
Errors are relative, as energies span a wide range. A part of the streams chooses the
strength of the ridge; another, which neither sees, states the error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import statsmodels.api as sm
from threadpoolctl import threadpool_limits

from characterize.delays import delays_of
from characterize.energy import block_energies_fj
from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.models.streams import OPERATIONS, STREAMS, mac_streams
from characterize.netlist import Netlist
from characterize.rows import clock_period_ps
from characterize.simulators.protocol import Simulation, Simulator
from characterize.timing import analyze
from characterize.units import UnitSpec
from sim.formats import IntArray, IntFormat
from sim.statistics import BitCounts, OperandStatistics, features
from sim.statistics_counter import StatisticsCounter
from sim.word_statistics import word_features

BITS, WORDS = "operand_statistics", "word_statistics"
KINDS = (BITS, WORDS)
_RIDGES = tuple(10.0 ** (power / 2) for power in range(-14, -1))
# Of ten streams: six fit, two choose the ridge, two state the error.
_CHOOSES, _STATES = (6, 7), (8, 9)


@dataclass(frozen=True, eq=False)
class Streams:
    """Synthetic streams that were run: what a model is fitted on, and held against.

    Attributes
    ----------
    names
        Kind of model -> names of its features.
    features
        Kind of model -> shape (streams, features).
    energies_fj
        Delay model -> energy per operation of each stream, shape (streams,).
    """

    names: dict[str, tuple[str, ...]]
    features: dict[str, FloatArray]
    energies_fj: dict[str, FloatArray]


def run_streams(
    netlist: Netlist,
    delay_models: Sequence[str],
    engine: Simulator,
    streams: int = STREAMS,
    operations: int = OPERATIONS,
) -> Streams:
    """Run a MAC's synthetic streams through the gates.

    Parameters
    ----------
    engine
        One that counts `block_ones`.
    """
    unit = netlist.unit
    operands = mac_streams(unit, streams, operations)
    timing = analyze(netlist)
    clock_ps = clock_period_ps(netlist.library, timing)
    names, values = _features(unit, operands, streams, operations)
    simulations = [
        Simulation(unit, operands, netlist, streams, delays_of(netlist, timing, model))
        for model in delay_models
    ]
    energies = {}
    for model, outcome in zip(delay_models, engine.run(simulations), strict=True):
        assert outcome.activity is not None
        energies[model] = block_energies_fj(netlist, timing, outcome.activity, clock_ps)
    return Streams(names, values, energies)


def _features(
    unit: UnitSpec, operands: dict[str, IntArray], streams: int, operations: int
) -> tuple[dict[str, tuple[str, ...]], dict[str, FloatArray]]:
    x, w = (unit.port(role) for role in "xw")
    acc_width = dict(unit.parameters).get("WIDTH_ACC")
    if x is None or w is None or acc_width is None:
        raise CharacterizeError(f"{unit.name}: operand statistics are those of a MAC's x and w")
    assert isinstance(x.format, IntFormat)
    assert isinstance(w.format, IntFormat)
    counter = StatisticsCounter(x.format, w.format, acc_width, split="sign" in operands)
    rows: dict[str, list[FloatArray]] = {kind: [] for kind in KINDS}
    names: dict[str, tuple[str, ...]] = {}
    before: OperandStatistics | None = None
    for stream in range(streams):
        first = stream * operations
        # The operation before the first is counted with the stream before.
        part = slice(first + (stream > 0), first + operations + 1)
        counter.update(
            operands["x"][part],
            operands["w"][part],
            operands["clear"][part] if "clear" in operands else np.ones_like(operands["x"][part]),
            addend=operands["addend"][part] if "addend" in operands else None,
            sign=operands["sign"][part] if "sign" in operands else None,
        )
        names[BITS], values = features(_since(counter.statistics, before))
        rows[BITS].append(values)
        before = counter.statistics
        part = slice(first, first + operations + 1)
        names[WORDS], values = word_features(
            operands["x"][part], operands["w"][part], x.format, w.format
        )
        rows[WORDS].append(values)
    return names, {kind: np.array(some) for kind, some in rows.items()}


def _since(after: OperandStatistics, before: OperandStatistics | None) -> OperandStatistics:
    """What was counted between two moments."""
    if before is None:
        return after
    signals = {
        name: BitCounts(counts.ones - old.ones, counts.toggles - old.toggles)
        for name, counts in after.signals.items()
        for old in [before.signals[name]]
    }
    return OperandStatistics(after.operations - before.operations, signals)


@dataclass(frozen=True, eq=False)
class Fit:
    """A linear model of energy, and its error on streams that it has not seen.

    Attributes
    ----------
    coefficients_fj, intercept_fj
        Energy per operation is the intercept and the features times the coefficients.
    ridge
        Strength that was chosen.
    held_out_percent
        Error of each held-out stream, in percent of its energy.
    """

    coefficients_fj: FloatArray
    intercept_fj: float
    ridge: float
    held_out_percent: FloatArray

    def predict(self, values: FloatArray) -> FloatArray:
        """Energies of features of shape (streams, features)."""
        return self.intercept_fj + values @ self.coefficients_fj


def fit(values: FloatArray, energies_fj: FloatArray) -> Fit:
    """Fit energies to features.

    Parameters
    ----------
    values
        Shape (streams, features).
    energies_fj
        Shape (streams,).
    """
    turn = np.arange(len(energies_fj)) % 10
    chooses, states = np.isin(turn, _CHOOSES), np.isin(turn, _STATES)
    fits = ~chooses & ~states

    def error_percent(found: Fit, which: IntArray) -> FloatArray:
        predicted = found.predict(values[which])
        return np.asarray(100 * (predicted / energies_fj[which] - 1), dtype=np.float64)

    choice = np.flatnonzero(chooses)
    seen = fits | chooses
    # Threads for matrices this small cost ten times what they save.
    with threadpool_limits(limits=1, user_api="blas"):
        candidates = [_ridge(values[fits], energies_fj[fits], ridge) for ridge in _RIDGES]
        best = min(candidates, key=lambda found: float(np.abs(error_percent(found, choice)).mean()))
        final = _ridge(values[seen], energies_fj[seen], best.ridge)
    held_out = error_percent(final, np.flatnonzero(states))
    return Fit(final.coefficients_fj, final.intercept_fj, final.ridge, held_out)


def _ridge(values: FloatArray, energies_fj: FloatArray, ridge: float) -> Fit:
    """Ridge regression of relative errors; the intercept is not held back."""
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    exog = sm.add_constant((values - mean) / scale, has_constant="add")
    penalty = np.full(exog.shape[1], ridge)
    penalty[0] = 0.0
    model = sm.WLS(energies_fj, exog, weights=1 / energies_fj**2)
    found = np.asarray(model.fit_regularized(alpha=penalty, L1_wt=0).params, dtype=np.float64)
    coefficients = np.where(spread > 0, found[1:] / scale, 0.0)
    intercept = float(found[0] - mean @ coefficients)
    return Fit(coefficients, intercept, ridge, np.zeros(0))


def entry(netlist: Netlist, kind: str, delay_model: str, streams: Streams) -> dict[str, Any]:
    """The model of a unit as it stands in `models.json`.

    Parameters
    ----------
    kind
        One of `KINDS`.
    """
    found = fit(streams.features[kind], streams.energies_fj[delay_model])
    error = np.abs(found.held_out_percent)
    return {
        "kind": kind,
        "unit": netlist.unit.name,
        "library": netlist.library.name,
        "delay_model": delay_model,
        "features": list(streams.names[kind]),
        "coefficients_fj": [float(f"{value:.7g}") for value in found.coefficients_fj],
        "intercept_fj": float(f"{found.intercept_fj:.7g}"),
        "ridge": found.ridge,
        "streams": len(streams.features[kind]),
        "error": {
            "held_out": {
                "mean_percent": float(f"{error.mean():.4g}"),
                "worst_percent": float(f"{error.max():.4g}"),
                "on": f"{error.size} synthetic streams that were not fitted",
            }
        },
    }
