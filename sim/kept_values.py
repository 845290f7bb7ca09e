"""Kept values: the few integers that weights or activations may still be.

Sources: R. Petri et al., PowerPruning, DAC 2023 (arXiv 2303.13997): values are kept whose energy
and delay are low, others become the nearest. P. Chou, T. Lookabaugh, R. Gray, Entropy-constrained
vector quantization, IEEE Transactions on Acoustics, Speech, and Signal Processing 37 (1989): each
value becomes the one of least error plus price, here of its energy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.layers import FloatArray

# Of the search for a step, as shares of the one that uses the whole range.
_SHARES = np.geomspace(0.02, 2.0, 120)
_SAMPLES = 1 << 15
_MARGIN = 1e-3  # from bounds


@dataclass(frozen=True, slots=True)
class KeptValues:
    """Integers, and where one gives way to the next.

    Parameters
    ----------
    values
        Ascending; 0 is among them.
    bounds
        One between each two neighbours, ascending; halfway if empty. What lies on a bound
        goes to the lower value.

    Raises
    ------
    SimError
        If there is no 0, something is not ascending, or the bounds are too few or many.

    Examples
    --------
    >>> KeptValues((-4, 0, 1, 8))(np.array([-9.0, -2.0, 0.4, 0.6, 4.6])).tolist()
    [-4.0, -4.0, 0.0, 1.0, 8.0]
    """

    values: tuple[int, ...]
    bounds: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if 0 not in self.values:
            raise SimError("0 is always kept, it is not among the values given")
        if not self.bounds:
            halfway = tuple(
                (a + b) / 2 for a, b in zip(self.values[:-1], self.values[1:], strict=True)
            )
            object.__setattr__(self, "bounds", halfway)
        if len(self.bounds) != len(self.values) - 1:
            raise SimError(f"{len(self.bounds)} bounds between {len(self.values)} kept values")
        if np.any(np.diff(self.values) <= 0) or np.any(np.diff(self.bounds) < 0):
            raise SimError("kept values, and bounds between them, are ascending")

    @classmethod
    def of(cls, values: Iterable[int]) -> "KeptValues":
        """Of values in any order."""
        return cls(tuple(sorted({int(value) for value in values})))

    @classmethod
    def priced(
        cls, values: npt.NDArray[np.integer], energy_fj: FloatArray, price: float
    ) -> "KeptValues":
        """Those that are the best for some number: least square of the error plus price.

        Parameters
        ----------
        values, energy_fj
            Integers, ascending, 0 among them, and the energy of each, shape (W,); that of 0
            is taken as no more than the least.
        price
            Squared steps that a femtojoule is worth; 0 keeps all.

        Returns
        -------
        KeptValues
            With bounds where two neighbours are equally good; a value that is nowhere the
            best is not kept.

        Examples
        --------
        >>> kept = KeptValues.priced(np.arange(4), np.array([0.0, 6.0, 1.0, 9.0]), 1.0)
        >>> kept.values, kept.bounds
        ((0, 2, 3), (1.25, 6.5))
        """
        # Parabolas of one width: the lower envelope is that of the lines k^2 + price E - 2 k v.
        energy_fj = np.where(values == 0, energy_fj.min(), energy_fj)
        found: list[tuple[int, float]] = []
        bounds: list[float] = []
        for value, fj in zip(values.tolist(), energy_fj.tolist(), strict=True):
            height = value * value + price * fj
            while found:
                before, low = found[-1]
                bound = (height - low) / (2 * (value - before))
                if not bounds or bound > bounds[-1]:
                    bounds.append(bound)
                    break
                found.pop()
                bounds.pop()
            found.append((value, height))
        return cls(tuple(value for value, _ in found), tuple(bounds))

    @property
    def array(self) -> npt.NDArray[np.int64]:
        """The values, ascending."""
        return np.array(self.values, dtype=np.int64)

    def __call__(self, numbers: npt.NDArray[np.floating] | IntArray) -> FloatArray:
        """The kept value of each number; float64, same shape."""
        places = np.searchsorted(np.array(self.bounds), numbers)
        return np.asarray(np.array(self.values, dtype=np.float64)[places])

    def nearest(
        self, numbers: npt.NDArray[np.floating], integers: npt.NDArray[np.integer]
    ) -> FloatArray:
        """The numbers closest to some that become given kept values; float64, same shape.

        They keep a thousandth of a step from the bounds, so that rounding moves none beyond.

        Raises
        ------
        SimError
            If an integer is none of the values.

        Examples
        --------
        >>> KeptValues((-4, 0, 1, 8)).nearest(np.array([-9.0, 0.2, 0.4]), np.array([-4, 1, 8]))
        array([-9.   ,  0.501,  4.501])
        """
        places = np.searchsorted(self.array, integers)
        if not np.array_equal(self.array[np.minimum(places, len(self.values) - 1)], integers):
            raise SimError("there are integers that are no kept values")
        bounds = np.array(self.bounds, dtype=np.float64)
        lowest = np.concatenate([[-np.inf], bounds + _MARGIN])[places]
        highest = np.concatenate([bounds - _MARGIN, [np.inf]])[places]
        return np.asarray(np.clip(numbers, lowest, highest))

    def check(self, number: IntFormat, what: str) -> None:
        """Refuse values that a format does not hold.

        Raises
        ------
        SimError
            If there is one.
        """
        if not number.contains(self.array):
            raise SimError(
                f"kept {what} from {self.values[0]} to {self.values[-1]} do not fit {number}, "
                f"which holds {number.min} to {number.max}"
            )

    def steps(self, rows: FloatArray) -> FloatArray:
        """The step of each row of least mean squared error, by search; shape (rows,).

        Parameters
        ----------
        rows
            Shape (rows, n).
        """
        reach = max(self.values[-1], -self.values[0])
        largest = np.abs(rows).max(axis=1, initial=0)
        if not reach:
            return np.where(largest > 0, largest, 1.0)
        widest = np.where(largest > 0, largest, reach) / reach
        stride = max(rows.shape[1] // _SAMPLES, 1) | 1  # odd: it meets every channel
        sampled = rows[:, ::stride]
        best, least = widest, np.full(len(rows), np.inf)
        for share in _SHARES:
            step = (widest * share)[:, None]
            error = np.square(self(sampled / step) * step - sampled).mean(axis=1)
            best = np.where(error < least, step[:, 0], best)
            least = np.minimum(error, least)
        return np.where(largest > 0, best, 1.0)
