"""QKeras QTools: coefficients of its polynomials for multipliers and adders.

QTools takes energies in pJ from polynomials, highest power first: `fpm_mul` of the
square root of the product of both widths, `fpm_add` of the width of the adder or sum.
They stand under the name of a process in `config_settings`; one layer's energy is its
operations times (fpm_mul + fpm_add). What a process lacks, floating point, SRAM and
DRAM, stays what QTools had before: Horowitz's figures of 45 nm.

The coefficients are fits, so errors of each are beside them: least squares of the
relative errors over all measured widths and signs, the product's without a constant,
as in QTools' own.

Source: github.com/google/qkeras, QKeras 0.9.0: `qtools/qenergy/qenergy.py`,
`qtools/settings.py`, `qtools/config_public.py`, and `FixedPointMultiplier` and
`Accumulator` in `qtools/quantized_operators`.
"""

import json
import math
from collections.abc import Callable, Sequence
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
                "fpm_mul": _fit(source, some, _MULTIPLIER, _product_width, (2, 1)),
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
    powers: tuple[int, int],
) -> dict[str, Any]:
    """Coefficients from the highest power to 0, and how far they are off."""
    points = [(width(unit), unit.energy_fj / 1000) for unit in units if unit.component == component]
    bits = sorted({width_bits for width_bits, _ in points})
    if len(bits) < len(powers):
        raise CharacterizeError(
            f"{source.folder / 'units.csv'}: {component} has {len(bits)} widths, a polynomial "
            f"needs {len(powers)}; measure it: python -m characterize run --units '{component}_*'"
        )
    # Each equation over its energy: the errors are relative.
    terms = [(b ** powers[0] / energy_pj, b ** powers[1] / energy_pj) for b, energy_pj in points]
    found = _least_squares(terms)
    off = [abs(u * found[0] + v * found[1] - 1) * 100 for u, v in terms]
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


def _least_squares(terms: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The (a, b) with the least sum of (a u + b v - 1)^2; with exact sums, the same anywhere."""
    uu, uv, vv, u1, v1 = (
        math.fsum(column)
        for column in zip(*((u * u, u * v, v * v, u, v) for u, v in terms), strict=True)
    )
    determinant = uu * vv - uv * uv
    return (u1 * vv - v1 * uv) / determinant, (v1 * uu - u1 * uv) / determinant


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) + 0.0  # no negative zero
