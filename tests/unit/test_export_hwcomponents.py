"""hwcomponents: the module, with a stand-in for the package that it imports.

`nox -s hwcomponents` does the same with the package itself, where Python 3.12 is.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from characterize.export import hwcomponents
from characterize.export.source import Selection, read_source
from tests.unit import export_table


@dataclass(frozen=True)
class ActionCost:
    energy: float
    latency: float
    throughput: float


class ComponentModel:
    """What `hwcomponents.ComponentModel` asks for and keeps."""

    component_name: tuple[str, ...] | list[str] = ()

    def __init__(self, leak_power: float, area: float) -> None:
        self.leak_power = leak_power
        self.area = area


def action(function: Callable[..., ActionCost]) -> Callable[..., ActionCost]:
    function.is_action = True  # type: ignore[attr-defined]
    return function


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Component's name -> class."""
    stand_in = ModuleType("hwcomponents")
    vars(stand_in).update(ActionCost=ActionCost, ComponentModel=ComponentModel, action=action)
    monkeypatch.setitem(sys.modules, "hwcomponents", stand_in)
    source = read_source(export_table.write(tmp_path))
    (text,) = hwcomponents.export(source, Selection()).values()
    content: dict[str, Any] = {"__name__": "exported"}
    exec(compile(text, "exported.py", "exec"), content)
    return {
        each.component_name[0]: each
        for name, each in content.items()
        if isinstance(each, type) and issubclass(each, ComponentModel)
        if not name.startswith("_") and each is not ComponentModel
    }


def test_every_component_is_there(models: dict[str, Any]) -> None:
    assert set(models) == {
        "gatewatt_multiplier_array", "gatewatt_multiplier_serial", "gatewatt_adder_ripple",
        "gatewatt_accumulator", "gatewatt_mac_array", "gatewatt_pann",
    }  # fmt: skip


def test_every_unit_in_si_units(models: dict[str, Any]) -> None:
    checked = 0
    for library, clock_s in (("asap7", 1e-9), ("sky130hd", 1e-8)):
        for row in export_table.units(library):
            (model,) = (m for m in models.values() if any(u.unit == row["unit"] for u in m.units))
            component = model(unit=row["unit"], library=library)
            seconds = clock_s * row["cycles_per_op"]
            (operation,) = (
                name for name in ("multiply", "add", "accumulate", "mac") if hasattr(model, name)
            )
            for name in (operation, "read"):
                assert getattr(model, name).is_action
                cost = getattr(component, name)()
                assert cost.energy == pytest.approx(row["energy_fj"] * 0.999e-15, rel=1e-5)
                assert cost.latency == pytest.approx(seconds)
                assert cost.throughput == pytest.approx(1 / seconds)
            assert component.leak_power * seconds == pytest.approx(
                row["leakage_fj"] * 1e-15, rel=1e-5
            )
            assert component.area == pytest.approx(row["area_um2"] * 1e-12)
            checked += 1
    assert checked == 2 * 8 + 27 + 9


def test_attributes_find_their_unit(models: dict[str, Any]) -> None:
    found = models["gatewatt_multiplier_array"](
        width_x=2, width_w=4, signed_x=False, signed_w=True, library="asap7"
    )
    assert found.measured.unit == "multiplier_array_x2u_w4s"
    assert models["gatewatt_mac_array"](4, 4, library="sky130hd", acc_width=32).measured.unit == (
        "mac_array_x4s_w4s_a32"
    )


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"width_x": 2, "width_w": 9}, "no measured unit fits"),
        ({"width_x": 2, "width_w": 4}, "several units fit, say more: multiplier_array_x2u_w4u"),
    ],
)
def test_nothing_is_scaled_or_guessed(
    models: dict[str, Any], attributes: dict[str, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        models["gatewatt_multiplier_array"](**attributes)
