"""Priced values: each weight becomes the integer of least error plus price of its energy.

Which integers are kept, and with which step, follows from the price alone: dear values that are
nowhere the best drop out, and a wide step, which makes integers small, is taken where it pays.

Source: P. Chou, T. Lookabaugh, R. Gray, Entropy-constrained vector quantization, IEEE
Transactions on Acoustics, Speech, and Signal Processing 37(1), 1989, with energies in the place
of code lengths.
"""

from dataclasses import dataclass

import numpy as np

from sim.kept_values import KeptValues
from sim.layers import FloatArray
from sim.quantizers import steps

_WIDER = 2.0 ** (np.arange(0, 17) / 4)  # steps that are tried, in those of the cheapest error
_SAMPLES = 1 << 14


@dataclass(frozen=True, slots=True)
class PricedValues:
    """Integers with an energy each.

    Attributes
    ----------
    values
        Ascending; 0 is among them.
    energy_fj
        Of each.
    price
        What a femtojoule is worth, in squares of the step of least error.
    """

    values: tuple[int, ...]
    energy_fj: tuple[float, ...]
    price: float

    def fitted(self, values: FloatArray) -> tuple[KeptValues, float]:
        """Kept values and the step of least error plus price for numbers of any shape."""
        flat = np.asarray(values, dtype=np.float64).reshape(1, -1)
        integers, energy_fj = np.array(self.values), np.array(self.energy_fj)
        first = float(steps(flat, self.values[0], self.values[-1], "mmse")[0])
        sampled = flat[0, :: max(flat.size // _SAMPLES, 1) | 1]
        best, least = (KeptValues(self.values), first), np.inf
        for wider in _WIDER.tolist():
            step = first * wider
            kept = KeptValues.priced(integers, energy_fj, self.price / wider**2)
            found = kept(sampled / step)
            error = float(np.square(found * wider - sampled / first).mean())
            spent = float(energy_fj[np.searchsorted(integers, found)].mean())
            if error + self.price * spent < least:
                best, least = (kept, step), error + self.price * spent
        return best
