"""The paper's observations: figures by hand from a small table, verdicts, thresholds."""

import itertools

import pandas as pd
import pytest

from characterize.observations import Finding, findings, verdict

CONDITION = {"library": "l", "delay_model": "zero", "stimulus": "uniform", "net_group": "all"}


def row(unit: str, energy_fj: float, part: str = "all", **more: float) -> dict[str, object]:
    return CONDITION | {
        "unit": unit, "part": part, "energy_fj": energy_fj, "clock_fj": 0.0, "leakage_fj": 0.0,
    } | more  # fmt: skip


def of(found: list[Finding], number: int) -> list[Finding]:
    return [finding for finding in found if finding.observation == number]


def test_figures_by_hand() -> None:
    found = findings(
        pd.DataFrame(
            [
                row("mac_array_x2s_w2s_a32", 100.0, leakage_fj=7.0),
                row("mac_array_x2s_w2s_a32", 80.0, "accumulator", clock_fj=20.0),
                row("mac_array_x2u_w2u_a32", 45.0, leakage_fj=1.0),
                row("mac_split_gated_x2u_w2u_a32", 30.0),
                row("pann_q5u_x4u_a32", 10.0),
                row("multiplier_array_x8u_w8u", 200.0),
                row("multiplier_array_x8u_w4u", 120.0),
                row("multiplier_array_x4u_w4u", 50.0),
            ]
        )
    )
    (dominant,) = of(found, 1)
    assert (dominant.measured_percent, dominant.holds) == (60.0, True)
    assert dominant.formula_percent == pytest.approx(100 * 20 / 24)
    savings = {finding.unit: finding for finding in of(found, 2)}
    assert savings["mac_array_x2u_w2u_a32"].measured_percent == pytest.approx(55.0)
    assert savings["mac_array_x2u_w2u_a32"].formula_percent == pytest.approx(58.333, abs=1e-3)
    assert not savings["mac_array_x2u_w2u_a32"].holds
    assert savings["mac_split_gated_x2u_w2u_a32"].holds  # 70 %
    (narrow,) = of(found, 3)
    assert (narrow.measured_percent, narrow.threshold_percent) == (60.0, 62.5)
    assert not narrow.holds
    assert narrow.formula_percent == pytest.approx(100 * 38 / 40)
    (additions,) = of(found, 4)  # 10 flips at 4 bits: R = 2
    assert additions.architecture == "R 2.00"
    assert additions.measured_percent == pytest.approx(100 * 2 * 10 / 30)
    assert {f.unit: f.holds for f in of(found, 5)} == {
        "mac_array_x2s_w2s_a32": False, "mac_array_x2u_w2u_a32": True,
    }  # fmt: skip


def test_the_formulas_savings_are_the_papers() -> None:
    rows = [
        row(f"mac_array_x{bits}{s}_w{bits}{s}_a32", 1.0)
        for bits, s in itertools.product((2, 3, 4, 5, 6, 8), "us")
    ]
    formulas = [f.formula_percent for f in of(findings(pd.DataFrame(rows)), 2)]
    assert formulas == pytest.approx([58.3, 44.1, 33.3, 25.3, 19.2, 11.1], abs=0.05)


def test_verdicts() -> None:
    def some(*holds: bool) -> list[Finding]:
        return [
            Finding(1, "u", "", "l", "zero", "uniform", "array", 2, 0, 0, None, h) for h in holds
        ]

    assert verdict(some(True, True)) == "holds"
    assert verdict(some(True, False)) == "holds partly"
    assert verdict(some(False)) == "does not hold"
    assert verdict([]) == "not measured"
