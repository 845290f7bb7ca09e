"""Energy and delay of a MAC by the value of its weight, as `characterize weights` writes them."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.files import read_npz
from sim.formats import IntArray
from sim.layers import FloatArray

MAJOR = 1
_ARRAYS = ("weights", "activations", "layers", "energy_fj", "share", "arrival_ps", "meta")
_NUMBERS = ("clock_ps", "static_critical_ps", "vdd_v")
_LAW = ("vth_v", "alpha", "vmin_v")
_WORDS = ("unit", "library", "delay_model")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a table was measured on.

    Attributes
    ----------
    unit, library, delay_model
        The MAC, its cells, and how delays were simulated.
    acc_bits
        Of its sum.
    clock_ps
        Period over which leakage and the clock's energy count.
    static_critical_ps
        Longest path from an operand's register to the sum's, at `vdd_v`.
    vdd_v
        Nominal supply voltage.
    vth_v, alpha, vmin_v
        Of the law of delays (`sim.voltage`): threshold voltage, exponent, lowest supply; None
        where the library has no law.
    """

    unit: str
    acc_bits: int
    library: str
    delay_model: str
    clock_ps: float
    static_critical_ps: float
    vdd_v: float
    vth_v: float | None
    alpha: float | None
    vmin_v: float | None


@dataclass(frozen=True, eq=False, slots=True)
class WeightTables:
    """Tables of one unit under the operands of one network.

    Attributes
    ----------
    conditions
        What they were measured on.
    weights, activations
        Every value of the formats, ascending; shapes (W,) and (X,).
    layers
        Names of the network's layers with weights, L of them.
    energy_fj
        Mean energy of a MAC's cycle by weight, shape (L + 1, W): under each layer's own
        transitions of activations, in the last row under uniform ones.
    share
        How often each transition of activations occurs in a layer, shape (L, X, X).
    arrival_ps
        From an operand's change until the last bit of the sum that moves has settled, by
        weight and activation before and after; shape (W, X, X), 0 where nothing moves. Not
        finite where the tables were made without library delays.
    """

    conditions: Conditions
    weights: IntArray
    activations: IntArray
    layers: tuple[str, ...]
    energy_fj: FloatArray
    share: FloatArray
    arrival_ps: npt.NDArray[np.float32]

    @classmethod
    def load(cls, path: Path) -> "WeightTables":
        """Read a file.

        Raises
        ------
        SimError
            If it cannot be read, lacks something, is of an unknown version, or its arrays
            do not fit each other.
        """
        arrays = read_npz(path)
        missing = [name for name in _ARRAYS if name not in arrays]
        if missing:
            raise SimError(
                f"{path}: not a table of weights, it has no '{missing[0]}': make it with "
                "`python -m characterize weights NET --out DIR`"
            )
        try:
            meta = json.loads(str(arrays["meta"]))
            version = str(meta["schema_version"])
            if version.partition(".")[0] != str(MAJOR):
                raise SimError(
                    f"{path}: its schema is {version}, this version reads {MAJOR}: make it anew "
                    "with `python -m characterize weights`"
                )
            conditions = _conditions(meta)
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, SimError):
                raise
            raise SimError(f"{path}: its meta is not whole: {error!r}") from error
        made = cls(
            conditions, arrays["weights"].astype(np.int64), arrays["activations"].astype(np.int64),
            tuple(str(name) for name in arrays["layers"].tolist()),
            arrays["energy_fj"].astype(np.float64), arrays["share"].astype(np.float64),
            arrays["arrival_ps"].astype(np.float32),
        )  # fmt: skip
        made._check(path)
        return made

    def _check(self, path: Path) -> None:
        w, x, count = self.weights.size, self.activations.size, len(self.layers)
        for name, wanted in (
            ("weights", (w,)), ("activations", (x,)), ("energy_fj", (count + 1, w)),
            ("share", (count, x, x)), ("arrival_ps", (w, x, x)),
        ):  # fmt: skip
            values = getattr(self, name)
            if values.shape != wanted:
                raise SimError(f"{path}: {name} has shape {values.shape}, {wanted} fits the others")
            if name != "arrival_ps" and not np.all(np.isfinite(values)):
                raise SimError(f"{path}: {name} holds NaN or infinite numbers")
        for name in ("weights", "activations"):
            values = getattr(self, name)
            if np.any(np.diff(values) != 1) or 0 not in values:
                raise SimError(f"{path}: {name} are not every value of a format, ascending")
        if self.energy_fj.min() <= 0 or np.any(self.arrival_ps < 0):
            raise SimError(f"{path}: an energy is not positive, or an arrival negative")

    def row(self, layer: str) -> int:
        """Place of a layer in `energy_fj`.

        Raises
        ------
        SimError
            If the tables do not have it.
        """
        if layer not in self.layers:
            raise SimError(
                f"the tables have no layer '{layer}', only {', '.join(self.layers)}: make them "
                "of this network"
            )
        return self.layers.index(layer)


def _conditions(meta: Mapping[str, Any]) -> Conditions:
    numbers = {name: float(meta[name]) for name in _NUMBERS}
    if all(meta[name] is not None for name in _LAW):
        numbers |= {name: float(meta[name]) for name in _LAW}
    bad = [name for name, number in numbers.items() if not (math.isfinite(number) and number > 0)]
    if bad:
        raise ValueError(f"{bad[0]} is {numbers[bad[0]]}, a positive number is wanted")
    unit, library, delay_model = (str(meta[name]) for name in _WORDS)
    return Conditions(
        unit, int(meta["acc_bits"]), library, delay_model, *(numbers[name] for name in _NUMBERS),
        *(numbers.get(name) for name in _LAW),
    )  # fmt: skip
