"""All operands of every unit without state: RTL and netlist equal `sim.ops`.

Ordinary test runs take equal operand widths; `nox -s exhaustive` all of them.
"""

import math
from typing import Any

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.stimulus import exhaustive
from characterize.units import Entry, Registry, UnitSpec
from sim import ops
from sim.formats import IntArray
from sim.signmag import SignMagnitude
from tests.rtl.units_under_test import STATELESS, check, exhaustible_units


def _cases(square: bool) -> list[Any]:
    """(entry, units of one pair of widths), longest first so that none runs alone at the end.

    Of activation units `test_activations` tries those that are measured.
    """
    cases = [
        (bits, entry, units)
        for entry in STATELESS
        if not (square and entry.table["family"] == "activation")
        for bits, units in exhaustible_units(entry, square).items()
    ]
    cases.sort(key=lambda case: -sum(case[0]))
    return [
        pytest.param(units, id="-".join([entry.name, "x".join(map(str, bits))]))
        for bits, entry, units in cases
    ]


def _check_all_operands(units: list[UnitSpec], icarus: Icarus, library: CellLibrary) -> None:
    wanted = []
    for unit in units:
        operands = exhaustive(unit)
        pairs = math.prod(port.format.values().size for port in unit.operands)
        assert len(set(zip(*(v.tolist() for v in operands.values()), strict=True))) == pairs
        wanted += [pairs, pairs]  # RTL and netlist
    assert check(units, exhaustive, icarus, library) == wanted


@pytest.mark.parametrize("units", _cases(square=True))
def test_all_operands_of_equal_widths(
    units: list[UnitSpec], icarus: Icarus, asap7: CellLibrary
) -> None:
    _check_all_operands(units, icarus, asap7)


@pytest.mark.exhaustive
@pytest.mark.parametrize("units", _cases(square=False))
def test_all_operands(units: list[UnitSpec], icarus: Icarus, asap7: CellLibrary) -> None:
    _check_all_operands(units, icarus, asap7)


def test_unequal_widths(registry: Registry, icarus: Icarus, asap7: CellLibrary) -> None:
    """A stated sample of every multiplier: widths 2 x 8 and 7 x 3, all signs."""
    units = [
        unit
        for entry in STATELESS
        for unit in entry.units("legal")
        if unit.family == "multiplier"
        and (dict(unit.parameters)["WIDTH_X"], dict(unit.parameters)["WIDTH_W"]) in {(2, 8), (7, 3)}
    ]
    assert {unit.entry.name for unit in units} == {
        entry.name for entry in registry.entries.values() if entry.table["family"] == "multiplier"
    }
    wanted = [
        math.prod(p.format.values().size for p in u.operands) for u in units for _ in range(2)
    ]
    assert check(units, exhaustive, icarus, asap7) == wanted


def test_sign_magnitude_accepts_minus_zero_and_never_gives_it(
    registry: Registry, icarus: Icarus, asap7: CellLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All bit patterns, minus zero among them: the ports are taken as plain patterns."""
    number = SignMagnitude(5)

    def patterns(x: IntArray, w: IntArray) -> IntArray:
        return SignMagnitude(9).encode(ops.multiply(number.decode(x), number.decode(w)))

    monkeypatch.setattr(ops, "patterns", patterns, raising=False)
    original = registry.entries["multiplier_signmag"]
    ports = {
        name: {key: value for key, value in port.items() if key != "encoding"}
        for name, port in original.table["ports"].items()
    }
    entry = Entry(
        "patterns", {**original.table, "operator": "patterns", "ports": ports}, original.folder
    )
    unit = entry.unit({"WIDTH_X": 5, "WIDTH_W": 5})
    assert check([unit], exhaustive, icarus, asap7) == [1024, 1024]


def test_streams_repeat_the_last_operands_for_the_latency(registry: Registry) -> None:
    unit = registry.unit("multiplier_registered_x2s_w2s")
    operands = exhaustive(unit)
    assert operands["x"].size == 16 + unit.latency
    assert np.all(operands["w"][-3:] == operands["w"][-1])


def test_state_cannot_be_exhausted(registry: Registry) -> None:
    with pytest.raises(CharacterizeError, match="cannot be exhausted"):
        exhaustive(registry.unit("mac_array_x2s_w2s_a32"))
