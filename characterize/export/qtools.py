"""QKeras QTools: coefficients of its polynomials for multipliers and adders.

QTools takes energies in pJ from polynomials, highest power first: `fpm_mul` of the
square root of the product of both widths, `fpm_add` of the width of the adder or sum.
They stand under the name of a process in `config_settings`; one layer's energy is its
operations times (fpm_mul + fpm_add). What a process lacks, floating point, SRAM and
DRAM, stays what QTools had before: Horowitz's figures of 45 nm.

The coefficients are fits, so the errors of each stand beside them, and the widths within
which it holds: least squares of the relative errors over all measured widths and
signs. The product's has no constant, as in QTools' own, but a cube: glitches grow with
the depth of an array (mean error on ASAP7 11 %, against 18 % without it).

Source: github.com/google/qkeras, QKeras 0.9.0: `qtools/qenergy/qenergy.py`,
`qtools/settings.py`, `qtools/config_public.py`, and `FixedPointMultiplier` and
`Accumulator` in `qtools/quantized_operators`.
"""

import json
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from characterize.errors import CharacterizeError
from characterize.export.source import MeasuredUnit, Selection, Source, by_library
from characterize.export.statement import statement

_FIGURES = (
    "QKeras QTools, energy in pJ: config_settings.update(json.load(FILE)), then a process by its "
    "name. Those that end in _accumulate add in an accumulator, its register and clock "
    "included, the others in an adder."
)
_KEPT = "Floating point, SRAM and DRAM are not here: QTools keeps its figures of 45 nm for them."
_MULTIPLIER = "multiplier_array"
_ADDERS = {"": "adder_ripple", "_accumulate": "accumulator"}


def export(source: Source, selection: Selection) -> dict[str, str]:
    """File name -> text: `config_settings` with two processes of each library.

    Raises
    ------
    CharacterizeError
        If there are no such rows, or too few widths for a polynomial.
    """
    settings: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    units = source.units(selection)
    for library, some in by_library(units).items():
        for suffix, adder in _ADDERS.items():
            fits = {
                "fpm_add": _fit(source, some, adder, _sum_width, (1, 0)),
                "fpm_mul": _fit(source, some, _MULTIPLIER, _product_width, (3, 2, 1)),
            }
            process = f"gatewatt_{library}{suffix}"
            settings[process] = {name: fit.pop("coefficients") for name, fit in fits.items()}
            errors[process] = fits
    used = [unit for unit in units if unit.component in (_MULTIPLIER, *_ADDERS.values())]
    about = {"statement": [*statement(source, used, _FIGURES), _KEPT], "fits": errors}
    return {"qtools.json": json.dumps({"gatewatt_about": about} | settings, indent=2) + "\n"}


def _product_width(unit: MeasuredUnit) -> float:
    return math.sqrt((unit.width_x or 0) * (unit.width_w or 0))


def _sum_width(unit: MeasuredUnit) -> float:
    return float(unit.acc_width or unit.width_x or 0)


def _fit(
    source: Source,
    units: Sequence[MeasuredUnit],
    component: str,
    width: Callable[[MeasuredUnit], float],
    powers: tuple[int, ...],
) -> dict[str, Any]:
    """Coefficients from the highest power to 0, and how far they are off."""
    points = [(width(unit), unit.energy_fj / 1000) for unit in units if unit.component == component]
    bits = sorted({bits_of for bits_of, _ in points})
    if len(bits) < len(powers):
        raise CharacterizeError(
            f"{source.folder / 'units.csv'}: {component} has {len(bits)} widths, a polynomial "
            f"needs {len(powers)}; measure it: python -m characterize run --units '{component}_*'"
        )
    # Each equation over its energy: the errors are relative.
    terms = [[bits_of**power / energy_pj for power in powers] for bits_of, energy_pj in points]
    found = _least_squares(terms)
    off = [abs(sum(a * b for a, b in zip(row, found, strict=True)) - 1) * 100 for row in terms]
    coefficients = [0.0] * (powers[0] + 1)
    for power, value in zip(powers, found, strict=True):
        coefficients[powers[0] - power] = _rounded(value, 9)
    return {
        "coefficients": coefficients,
        "unit": component,
        "rows": len(points),
        "bits": [_rounded(bits[0], 3), _rounded(bits[-1], 3)],
        "mean_error_percent": _rounded(math.fsum(off) / len(off), 2),
        "worst_error_percent": _rounded(max(off), 2),
    }


def _least_squares(terms: Sequence[Sequence[float]]) -> list[float]:
    """The x with the least sum of (row x - 1)^2; in fractions, so it is the same anywhere."""
    rows = [[Fraction(value) for value in row] for row in terms]
    columns = range(len(rows[0]))
    # The normal equations, their right side behind them.
    zero = Fraction()
    system = [
        [
            *(sum((row[i] * row[j] for row in rows), zero) for j in columns),
            sum((row[i] for row in rows), zero),
        ]
        for i in columns
    ]
    for pivot in columns:
        head = [value / system[pivot][pivot] for value in system[pivot]]
        system = [
            head if i == pivot else [a - line[pivot] * b for a, b in zip(line, head, strict=True)]
            for i, line in enumerate(system)
        ]
    return [float(line[-1]) for line in system]


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) + 0.0  # no negative zero
