"""How often the bits of an operand toggle under the stimuli that units are measured with.

The distributions are those of the tables' column `stimulus`: uniform, gaussian, relu and
sparse, each value drawn for itself.
"""

import math
import re

import numpy as np

from sim.formats import IntFormat
from sim.layers import FloatArray

_STIMULUS = re.compile(r"(uniform|gaussian|relu|sparse)(?:\(([0-9.eE+-]+)\))?")


def stimulus_toggles(stimulus: str, number: IntFormat) -> FloatArray | None:
    """Toggle rate of each bit of x under a stimulus: 2 p (1 - p); None where not known."""
    match = _STIMULUS.fullmatch(stimulus)
    if match is None:
        return None
    kind = match[1]
    values = number.values()
    uniform = np.full(values.size, 1 / values.size)
    if kind == "uniform":
        shares = uniform
    elif kind == "sparse":
        shares = uniform * (1 - float(match[2]))
        shares[values == 0] += float(match[2])
    else:
        sigma = float(match[2]) if match[2] else (number.max + 1) / 3
        shares = _normal(number, sigma, rectified=kind == "relu")
    patterns = number.encode(values)
    ones = np.array([shares[(patterns >> bit) & 1 == 1].sum() for bit in range(number.bits)])
    return np.asarray(2 * ones * (1 - ones))


def _normal(number: IntFormat, sigma: float, rectified: bool) -> FloatArray:
    """Share of each value of a rounded, clipped normal distribution."""
    reach = number.max

    def below(value: float) -> float:
        return 0.5 * (1 + math.erf(value / (sigma * math.sqrt(2))))

    lowest = number.min if number.signed else -reach
    shares = dict.fromkeys(number.values().tolist(), 0.0)
    for value in range(lowest, reach + 1):
        low = 0.0 if value == lowest else below(value - 0.5)
        high = 1.0 if value == reach else below(value + 0.5)
        target = value if number.signed else 0 if rectified and value < 0 else abs(value)
        shares[target] += high - low
    return np.array(list(shares.values()))
