"""The closed forms of the PANN paper, with coefficients fitted to what was measured.

    y = quadratic b^2 + linear b + constant

for operands of b bits each; the constant is 0 where there is no accumulator. The
paper (arXiv 2202.02783) has 0.5, 1, 0 for a multiplier; with a sum of B bits 0.5, 3, B/2 for
a signed MAC and 0.5, 4, 0 for an unsigned one, of y in bit flips.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from characterize.library import FloatArray

KIND = "closed_form"
FIGURES = ("bit_flips_per_op", "toggles_per_op", "energy_fj")
_TERMS = ("quadratic", "linear", "constant")
_BY = ["family", "architecture", "signed_x", "signed_w", "acc_width", "library", "delay_model",
       "stimulus"]  # fmt: skip
_FEWEST_WIDTHS = 5


def entries(whole: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """A model for every group of units that differ only in the width of their operands.

    Parameters
    ----------
    whole
        Rows of `units.csv` of whole units.
    """
    rows = whole[whole.family.isin(("multiplier", "mac")) & (whole.width_x == whole.width_w)]
    for key, group in rows.groupby(_BY, dropna=False, sort=True):
        if group.width_x.nunique() < _FEWEST_WIDTHS:
            continue
        values: tuple[Any, ...] = key
        fixed = {
            name: None if pd.isna(value) else int(value) if name == "acc_width" else value
            for name, value in zip(_BY, values, strict=True)
        }
        bits = group.width_x.to_numpy(dtype=np.float64)
        for figure in FIGURES:
            measured = group[figure].to_numpy(dtype=np.float64)
            yield {
                "kind": KIND,
                **fixed,
                "figure": figure,
                **fit(bits, measured, constant=fixed["family"] == "mac"),
                "paper": paper(group) if figure == "bit_flips_per_op" else None,
            }


def fit(bits: FloatArray, measured: FloatArray, constant: bool) -> dict[str, Any]:
    """Least squares, with intervals that do not suppose equal variances (HC3).

    Parameters
    ----------
    bits, measured
        Shape (widths,).
    constant
        Whether the form has one.

    Returns
    -------
    dict
        `coefficients`, `ci95` and `error`, which leaves one width out at a time.
    """
    design = design_matrix(bits, constant)
    found = sm.OLS(measured, design).fit(cov_type="HC3")
    intervals = found.conf_int(0.05)
    terms = _TERMS[: design.shape[1]]
    left_out = left_out_percent(bits, measured, constant)
    worst = int(np.abs(left_out).argmax())
    return {
        "coefficients": {t: _short(v) for t, v in zip(terms, found.params, strict=True)},
        "ci95": {t: [_short(v) for v in pair] for t, pair in zip(terms, intervals, strict=True)},
        "error": {
            "held_out": {
                "mean_percent": _short(np.abs(left_out).mean()),
                "worst_percent": _short(abs(left_out[worst])),
                "on": f"each width left out in turn; the worst is {bits[worst]:.0f} bits",
            }
        },
    }


def design_matrix(bits: FloatArray, constant: bool) -> FloatArray:
    """Columns of the form, shape (widths, terms)."""
    columns = [bits**2, bits, np.ones_like(bits)]
    return np.stack(columns[: 3 if constant else 2], axis=1)


def left_out_percent(bits: FloatArray, measured: FloatArray, constant: bool) -> FloatArray:
    """Error at each width of the form fitted to the others, in percent."""
    errors = []
    for index in range(bits.size):
        others = np.arange(bits.size) != index
        design = design_matrix(bits, constant)
        coefficients = np.linalg.lstsq(design[others], measured[others], rcond=None)[0]
        errors.append(100 * (float(design[index] @ coefficients) / measured[index] - 1))
    return np.array(errors)


def paper(group: pd.DataFrame) -> dict[str, float] | None:
    """The paper's coefficients for the same units; None where it has none."""
    if group.paper_bit_flips.isna().any():
        return None
    bits = group.width_x.to_numpy(dtype=np.float64)
    constant = bool((group.family == "mac").all())
    design = design_matrix(bits, constant)
    exact = np.linalg.lstsq(design, group.paper_bit_flips.to_numpy(dtype=np.float64), rcond=None)[0]
    return {
        term: round(float(value), 9) + 0.0
        for term, value in zip(_TERMS[: design.shape[1]], exact, strict=True)
    }


def _short(value: float) -> float:
    return float(f"{value:.6g}")
