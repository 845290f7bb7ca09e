"""QTools: what its formulas make of the coefficients."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.export import qtools
from characterize.export.source import Selection, read_source
from tests.unit import export_table

REPOSITORY = Path(__file__).parents[2]


def settings(results: Path, selection: Selection = Selection()) -> dict[str, Any]:  # noqa: B008
    (text,) = qtools.export(read_source(results), selection).values()
    found: dict[str, Any] = json.loads(text)
    return found


def energy_pj(process: dict[str, list[float]], width_x: int, width_w: int, acc: int) -> float:
    """Of one multiplication and addition, as `qenergy.py` of QKeras 0.9.0 has it."""
    gate_bits = np.sqrt(width_x * width_w)
    multiply = max(np.poly1d(process["fpm_mul"])(gate_bits), 0)
    add = max(np.poly1d(process["fpm_add"])(acc), 0)
    return float(multiply + add)


def test_figures_that_follow_the_polynomials_come_back(tmp_path: Path) -> None:
    """The table's multipliers take 2 fJ a pair of bits, its adders 3 fJ a bit."""
    found = settings(export_table.write(tmp_path))
    for library, scale in (("asap7", 1.0), ("sky130hd", 50.0)):
        for x in (2, 3, 4):
            adder = energy_pj(found[f"gatewatt_{library}"], x, x, 16)
            assert adder == pytest.approx((2 * x * x + 48) * scale / 1000)
            summed = energy_pj(found[f"gatewatt_{library}_accumulate"], x, x, 16)
            assert summed == pytest.approx((2 * x * x + 10 + 64) * scale / 1000)


def test_process_is_a_dictionary_of_polynomials_without_a_constant_product(tmp_path: Path) -> None:
    found = settings(export_table.write(tmp_path), Selection("asap7"))
    assert set(found) == {"gatewatt_about", "gatewatt_asap7", "gatewatt_asap7_accumulate"}
    for name in ("gatewatt_asap7", "gatewatt_asap7_accumulate"):
        assert set(found[name]) == {"fpm_add", "fpm_mul"}
        assert [len(found[name][key]) for key in ("fpm_add", "fpm_mul")] == [2, 4]
        assert found[name]["fpm_mul"][-1] == 0.0


def test_the_fit_is_the_best_one_and_its_errors_are_right() -> None:
    """On the committed table, against NumPy's least squares."""
    source = read_source(REPOSITORY / "results")
    found = settings(REPOSITORY / "results")
    units = [u for u in source.units(Selection("asap7")) if u.component == "multiplier_array"]
    bits = np.array([math.sqrt((u.width_x or 0) * (u.width_w or 0)) for u in units])
    energy = np.array([u.energy_fj / 1000 for u in units])
    terms = np.stack([bits**3, bits**2, bits], axis=1) / energy[:, None]
    best, *_ = np.linalg.lstsq(terms, np.ones(len(units)), rcond=None)
    assert found["gatewatt_asap7"]["fpm_mul"][:3] == pytest.approx(best.tolist(), rel=1e-4)
    off = abs(np.polyval(found["gatewatt_asap7"]["fpm_mul"], bits) / energy - 1) * 100
    fit = found["gatewatt_about"]["fits"]["gatewatt_asap7"]["fpm_mul"]
    assert fit["rows"] == len(units) > 100
    assert fit["mean_error_percent"] == pytest.approx(float(off.mean()), abs=0.01)
    assert fit["worst_error_percent"] == pytest.approx(float(off.max()), abs=0.01)
    assert fit["bits"] == [2.0, 8.0]


def test_too_few_widths_are_one_line(tmp_path: Path) -> None:
    rows = export_table.rows()
    results = export_table.write(tmp_path, rows[rows.unit != "adder_ripple_x16u_y16u"])
    with pytest.raises(CharacterizeError, match=r"adder_ripple has 1 widths.*--units 'adder_rip"):
        settings(results)
