"""The voltage law: what it says, and what it refuses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import SimError
from sim.voltage import delay_factor, energy_factor, leakage_factor, lowest_voltage

_SLACKS = st.floats(1.0, 50.0)
_LAWS = st.tuples(st.floats(0.5, 3.0), st.floats(0.1, 0.6), st.floats(1.0, 3.0))


def test_figures_worked_by_hand() -> None:
    assert delay_factor(0.5, 1.0, 0.25, 2.0) == pytest.approx(0.5 * 9)
    assert energy_factor(0.5, 1.0) == 0.25
    assert leakage_factor(0.5, 1.0) == 0.5


@given(_LAWS, _SLACKS)
def test_the_lowest_voltage_fits_and_a_lower_one_does_not(
    law: tuple[float, float, float], slack: float
) -> None:
    nominal, share, alpha = law
    vth, vmin = share * nominal, (share + 0.01) * nominal
    volts = lowest_voltage(slack, nominal, vth, alpha, vmin)
    assert vmin <= volts <= nominal
    assert delay_factor(volts, nominal, vth, alpha) <= slack * (1 + 1e-9)
    if volts > vmin * (1 + 1e-9):
        assert delay_factor(volts * (1 - 1e-6), nominal, vth, alpha) > slack


@given(_LAWS, st.floats(0.01, 0.98), st.floats(0.01, 0.98))
def test_delays_grow_as_the_supply_falls(
    law: tuple[float, float, float], one: float, other: float
) -> None:
    nominal, share, alpha = law
    vth = share * nominal
    low, high = (vth + f * (nominal - vth) for f in sorted((one, other)))
    slow, fast = (delay_factor(v, nominal, vth, alpha) for v in (low, high))
    assert slow >= fast >= 1 - 1e-12


@pytest.mark.parametrize("volts", [0.3, 0.2, 0.0, -1.0, math.nan, math.inf])
def test_voltages_under_the_threshold_are_refused(volts: float) -> None:
    with pytest.raises(SimError, match=r"a supply of \S+ V is not above the threshold of 0.3 V"):
        delay_factor(volts, 1.0, 0.3, 1.3)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(SimError, match="they do not fit there, keep fewer values"):
        lowest_voltage(0.99, 1.0, 0.3, 1.3, 0.5)
    with pytest.raises(SimError, match="is not above the threshold"):
        lowest_voltage(2.0, 1.0, 0.3, 1.3, 0.25)
