"""How far the supply may fall: until the slowest kept transition fills the clock period.

The period is the longest static path of the unpruned unit at its nominal voltage, as in
PowerPruning (R. Petri et al., DAC 2023): what is gained is slack that no kept transition uses.
"""

import math

from sim.errors import SimError
from sim.voltage import delay_factor
from sim.weight_tables import Conditions

_GRAIN_V = 0.01
_TINY = 1e-9


def lowest_supply_v(conditions: Conditions, longest_ps: float) -> float:
    """The lowest supply, in steps of 10 mV, at which a transition fits the period.

    Parameters
    ----------
    conditions
        Of the tables.
    longest_ps
        The slowest kept transition at nominal voltage.

    Returns
    -------
    float
        Not under `vmin_v`, not over the nominal voltage.

    Raises
    ------
    SimError
        If the transition does not fit at the nominal voltage, or there is no voltage between
        threshold and nominal.
    """
    period_ps, nominal_v = conditions.static_critical_ps, conditions.vdd_v
    if longest_ps > period_ps * (1 + 1e-6):
        raise SimError(
            f"a kept transition takes {longest_ps:g} ps, the clock period is {period_ps:g} ps"
        )
    lowest = max(conditions.vmin_v, conditions.vth_v + _TINY)
    steps = math.floor((nominal_v - lowest) / _GRAIN_V + _TINY)
    for step in range(max(steps, 0), 0, -1):
        vdd_v = round(nominal_v - step * _GRAIN_V, 6)
        if vdd_v > conditions.vth_v and fits(conditions, longest_ps, vdd_v):
            return vdd_v
    return nominal_v


def fits(conditions: Conditions, longest_ps: float, vdd_v: float) -> bool:
    """Whether a transition fits the period at a supply.

    Raises
    ------
    SimError
        If the supply is not over the threshold voltage.
    """
    factor = delay_factor(vdd_v, conditions.vdd_v, conditions.vth_v, conditions.alpha)
    return longest_ps * factor <= conditions.static_critical_ps


def allowed_ps(conditions: Conditions, vdd_v: float) -> float:
    """How long a transition may take at nominal voltage to fit the period at a supply.

    Raises
    ------
    SimError
        If the supply is not over the threshold voltage, or under the lowest of the library.
    """
    if vdd_v < conditions.vmin_v:
        raise SimError(
            f"a supply of {vdd_v:g} V is under the lowest of {conditions.library}, "
            f"{conditions.vmin_v:g} V"
        )
    factor = delay_factor(vdd_v, conditions.vdd_v, conditions.vth_v, conditions.alpha)
    return conditions.static_critical_ps / factor
