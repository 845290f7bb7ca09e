"""hwcomponents: a Python module with a component model for each unit's structure.

A component is a class derived from `ComponentModel`; what it does are methods marked
`@action`, which give an `ActionCost`. Everything is in SI units: J, W, m2, s, and
operations per s. Leakage is a power of its own, and so is not in the actions' energy.
Modules whose name begins with `hwcomponents_` are found where Python finds them;
`get_models(PATH)` takes any. The models do not scale: they know the units that were
measured, and refuse others.

Source: github.com/Accelergy-Project/hwcomponents, hwcomponents 1.0.114 (Python 3.12 or
later): `model.py`, `find_models.py`; and hwcomponents-library 1.0.58 for the action
`read`, which is a component's ordinary one.
"""

from collections.abc import Sequence

from characterize.export.source import MeasuredUnit, Selection, Source, by_component
from characterize.export.statement import number, statement

MODULE = "hwcomponents_gatewatt.py"
_FIGURES = (
    "hwcomponents models, SI units: energy of an action in J, without leakage; leak_power in "
    "W; area in m2; latency in s, a whole operation's clock cycles."
)
_BASE = '''
from typing import NamedTuple

from hwcomponents import ActionCost, ComponentModel, action


class _Unit(NamedTuple):
    unit: str
    library: str
    width_x: int | None
    width_w: int | None
    signed_x: bool | None
    signed_w: bool | None
    acc_width: int | None
    energy_j: float
    leak_power_w: float
    area_m2: float
    latency_s: float


class _Measured(ComponentModel):
    """The one measured unit that the given attributes fit; nothing is scaled.

    Parameters
    ----------
    width_x, width_w, acc_width
        Bits of the operands and of the sum.
    signed_x, signed_w
        Whether the operands are two's complement.
    unit, library
        Names in units.csv.
    """

    units: tuple[_Unit, ...] = ()

    def __init__(
        self,
        width_x: int | None = None,
        width_w: int | None = None,
        signed_x: bool | None = None,
        signed_w: bool | None = None,
        acc_width: int | None = None,
        unit: str | None = None,
        library: str | None = None,
    ):
        asked = {
            "width_x": width_x,
            "width_w": width_w,
            "signed_x": signed_x,
            "signed_w": signed_w,
            "acc_width": acc_width,
            "unit": unit,
            "library": library,
        }
        asked = {name: value for name, value in asked.items() if value is not None}
        fitting = [u for u in self.units if all(getattr(u, k) == v for k, v in asked.items())]
        if len(fitting) != 1:
            names = ", ".join(f"{u.unit} ({u.library})" for u in fitting or self.units)
            fit = "several units fit, say more" if fitting else "no measured unit fits"
            raise ValueError(f"{type(self).__name__} with {asked}: {fit}: {names}")
        self.measured = fitting[0]
        super().__init__(leak_power=self.measured.leak_power_w, area=self.measured.area_m2)

    def _cost(self) -> ActionCost:
        seconds = self.measured.latency_s
        return ActionCost(energy=self.measured.energy_j, latency=seconds, throughput=1 / seconds)
'''
_CLASS = '''

class {name}(_Measured):
    """{component}: an operation is {operation}."""

    component_name = ["gatewatt_{component}"]
    units = (
{units}
    )

    @action
    def {operation}(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()
'''


def export(source: Source, selection: Selection) -> dict[str, str]:
    """File name -> text of the module.

    Raises
    ------
    CharacterizeError
        If there are no such rows.
    """
    units = source.units(selection)
    about = "\n".join(statement(source, units, _FIGURES))
    parts = [f'# ruff: noqa\n# fmt: off\n"""{about}\n"""\n', _BASE]
    for component, some in by_component(units).items():
        parts.append(
            _CLASS.format(
                name="".join(word.capitalize() for word in ["gatewatt", *component.split("_")]),
                component=component,
                operation=some[0].operation,
                units=_rows(some),
            )
        )
    return {MODULE: "".join(parts)}


def _rows(units: Sequence[MeasuredUnit]) -> str:
    lines = []
    for unit in units:
        fields = [
            repr(unit.unit),
            repr(unit.library),
            *map(repr, (unit.width_x, unit.width_w, unit.signed_x, unit.signed_w, unit.acc_width)),
            number(unit.dynamic_fj * 1e-15),
            number(unit.power_static_uw * 1e-6),
            number(unit.area_um2 * 1e-12),
            number(unit.operation_ps * 1e-12),
        ]
        lines.append(f"        _Unit({', '.join(fields)}),")
    return "\n".join(lines)
