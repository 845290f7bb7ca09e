"""How far the supply may fall: until the slowest kept transition fills the clock period.

The period is the longest static path of the unpruned unit at its nominal voltage, as in
PowerPruning (R. Petri et al., DAC 2023): what is gained is slack that no kept transition uses.
"""

import math
from dataclasses import dataclass

from sim.errors import SimError
from sim.pruning.weight_tables import WeightTables
from sim.voltage import delay_factor, lowest_voltage

_GRAIN = 100  # supplies are whole hundredths of a volt
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Supply:
    """The law of delays of tables.

    Attributes
    ----------
    period_ps
        Clock period.
    nominal_v, vth_v, alpha, vmin_v
        Nominal supply, and the law's parameters.
    """

    period_ps: float
    nominal_v: float
    vth_v: float
    alpha: float
    vmin_v: float

    @classmethod
    def of(cls, tables: WeightTables) -> "Supply":
        """That of tables.

        Raises
        ------
        SimError
            If they have no delays, or their library no law.
        """
        given = tables.conditions
        if not math.isfinite(float(tables.arrival_ps.max())):
            raise SimError(
                f"the tables have no delays ({given.delay_model}): make them with `--delay "
                "library`, or take --no-voltage"
            )
        if given.vth_v is None or given.alpha is None or given.vmin_v is None:
            raise SimError(
                f"no law of delays is known for {given.library}: put a table voltage into its "
                "settings, or take --no-voltage"
            )
        return cls(given.static_critical_ps, given.vdd_v, given.vth_v, given.alpha, given.vmin_v)

    def lowest_v(self, longest_ps: float) -> float:
        """The lowest supply at which a transition fits the period.

        Raises
        ------
        SimError
            If it does not fit at the nominal voltage.
        """
        slack = max(self.period_ps / max(longest_ps, _TINY), 1.0)
        if longest_ps > self.period_ps * (1 + _TINY):
            raise SimError(
                f"a kept transition takes {longest_ps:g} ps, the clock period is "
                f"{self.period_ps:g} ps: tables and unit do not fit each other"
            )
        volts = lowest_voltage(slack, self.nominal_v, self.vth_v, self.alpha, self.vmin_v)
        return min(math.ceil(volts * _GRAIN - _TINY) / _GRAIN, self.nominal_v)

    def allowed_ps(self, vdd_v: float) -> float:
        """How long a transition may take at nominal voltage to fit the period at a supply.

        Raises
        ------
        SimError
            If the supply is not over the threshold voltage, or under the lowest of the law.
        """
        factor = delay_factor(vdd_v, self.nominal_v, self.vth_v, self.alpha)
        if not self.vmin_v <= vdd_v <= self.nominal_v:
            raise SimError(
                f"a supply of {vdd_v:g} V: the law of delays holds from {self.vmin_v:g} to "
                f"{self.nominal_v:g} V"
            )
        return self.period_ps / factor
