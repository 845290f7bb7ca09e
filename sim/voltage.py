"""What a lower supply voltage does to delay and energy.

Delay follows the alpha-power law, V / (V - Vth)^alpha. Switching, internal and clock energy
follow V^2. Of leakage the current is kept, which is more than flows at a lower voltage: its
energy in a clock period follows V.

Source: T. Sakurai and A. R. Newton, Alpha-power law MOSFET model and its applications to
CMOS inverter delay and other formulas, IEEE JSSC 25 (1990), equation 1.
"""

import math

from sim.errors import SimError

_HALVINGS = 60


def delay_factor(vdd_v: float, nominal_v: float, vth_v: float, alpha: float) -> float:
    """How many times as long delays are at a supply voltage as at the nominal one.

    Parameters
    ----------
    vdd_v, nominal_v, vth_v
        Supply, nominal supply and threshold voltage in V.
    alpha
        Exponent of the law, 1 to 2 and somewhat above in tables of real libraries.

    Raises
    ------
    SimError
        If a voltage is not above the threshold.

    Examples
    --------
    >>> round(delay_factor(1.0, 1.0, 0.3, 1.3), 3), round(delay_factor(0.8, 1.0, 0.3, 1.3), 3)
    (1.0, 1.239)
    """
    for volts in (vdd_v, nominal_v):
        if not (math.isfinite(volts) and volts > vth_v):
            raise SimError(
                f"a supply of {volts:g} V is not above the threshold of {vth_v:g} V: "
                "gates do not switch there, give a higher one"
            )
    return vdd_v / nominal_v * math.pow((nominal_v - vth_v) / (vdd_v - vth_v), alpha)


def energy_factor(vdd_v: float, nominal_v: float) -> float:
    """Switching, internal and clock energy at a supply voltage, over that at the nominal one."""
    return (vdd_v / nominal_v) ** 2


def leakage_factor(vdd_v: float, nominal_v: float) -> float:
    """Leakage energy of a clock period, over that at the nominal voltage: an upper bound."""
    return vdd_v / nominal_v


def lowest_voltage(
    slack: float, nominal_v: float, vth_v: float, alpha: float, vmin_v: float
) -> float:
    """The lowest supply voltage in V at which delays fit.

    Parameters
    ----------
    slack
        How many times as long delays may be as at the nominal voltage.
    vmin_v
        No voltage below it is taken: the law is not known to hold there.

    Raises
    ------
    SimError
        If delays do not fit at the nominal voltage, or the lowest is not above the threshold.

    Examples
    --------
    >>> volts = lowest_voltage(1.2, 0.7, 0.2, 1.5, 0.4)
    >>> round(delay_factor(volts, 0.7, 0.2, 1.5), 6)
    1.2
    """
    if not slack >= 1:
        raise SimError(
            f"delays may be {slack:g} times as long as at {nominal_v:g} V: they do not fit there, "
            "keep fewer values or take a longer clock period"
        )
    low, high = min(vmin_v, nominal_v), nominal_v
    if delay_factor(low, nominal_v, vth_v, alpha) <= slack:
        return low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if delay_factor(middle, nominal_v, vth_v, alpha) <= slack:
            high = middle
        else:
            low = middle
    return high
