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
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

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
    return float(np.sqrt((unit.width_x or 0) * (unit.width_w or 0)))


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
    if len({bits for bits, _ in points}) < len(powers):
        raise CharacterizeError(
            f"{source.folder / 'units.csv'}: {component} has {len({b for b, _ in points})} widths, "
            f"a polynomial needs {len(powers)}; measure it: "
            f"python -m characterize run --units '{component}_*'"
        )
    bits, energy_pj = (np.array(column) for column in zip(*points, strict=True))
    terms = np.stack([bits**power for power in powers], axis=1)
    found, *_ = np.linalg.lstsq(terms / energy_pj[:, None], np.ones(len(points)), rcond=None)
    off = np.abs(terms @ found / energy_pj - 1) * 100
    coefficients = [0.0] * (powers[0] + 1)
    for power, value in zip(powers, found.tolist(), strict=True):
        coefficients[powers[0] - power] = float(f"{value:.6g}")
    return {
        "coefficients": coefficients,
        "unit": component,
        "rows": len(points),
        "bits": [float(f"{bits.min():.6g}"), float(f"{bits.max():.6g}")],
        "mean_error_percent": float(f"{off.mean():.3g}"),
        "worst_error_percent": float(f"{off.max():.3g}"),
    }
