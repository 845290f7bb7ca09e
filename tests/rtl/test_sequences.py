"""Units with state: Hypothesis draws the sequences; and wrong units are caught."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.synthesis import synthesize
from characterize.units import Entry, Registry, UnitSpec
from sim import ops
from sim.formats import IntArray
from tests.rtl.units_under_test import (
    CORNER_OPERATIONS,
    ENTRIES,
    STATELESS,
    begun,
    check,
    corner_operands,
    corner_units,
    random_operands,
)

WITH_STATE = [entry for entry in ENTRIES if entry not in STATELESS]


def _sequences(unit: UnitSpec) -> st.SearchStrategy[dict[str, IntArray]]:
    """Sequences of up to 40 operations that begin with a clear, or with a load."""
    ports = {
        port.role: st.integers(port.format.min, port.format.max)
        | st.sampled_from([port.format.min, 0, port.format.max])
        for port in unit.operands
    }
    operations = st.lists(st.fixed_dictionaries(ports), min_size=6, max_size=40)

    def columns(rows: list[dict[str, int]]) -> dict[str, IntArray]:
        return begun(
            {role: np.array([row[role] for row in rows], dtype=np.int64) for role in ports}
        )

    return operations.map(columns)


@pytest.mark.parametrize("entry", WITH_STATE, ids=lambda entry: entry.name)
def test_drawn_sequences(entry: Entry, icarus: Icarus, asap7: CellLibrary) -> None:
    """RTL and netlist of the narrowest unit, whose sums wrap soonest."""
    unit = min(corner_units(entry), key=lambda unit: sum(p.format.bits for p in unit.ports))
    netlist = synthesize(unit, asap7)

    # A few draws of many sequences each, and no shrinking, as a simulator's start
    # costs a second; the message names cycle and operands anyway.
    @settings(
        max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(st.lists(_sequences(unit), min_size=8, max_size=8))
    def run(sequences: list[dict[str, IntArray]]) -> None:
        simulations = [
            Simulation(unit, operands, level, blocks=0)
            for operands in sequences
            for level in (None, netlist)
        ]
        checked = [outcome.vectors_checked for outcome in icarus.run(simulations)]
        assert checked == [s.visible_results for s in simulations]
        assert min(checked) >= 4

    run()


@pytest.mark.parametrize("entry", WITH_STATE, ids=lambda entry: entry.name)
def test_the_corners_wrap_sums(entry: Entry) -> None:
    """Otherwise the corners of the battery would not show a wrong wrap."""

    def wraps(unit: UnitSpec) -> bool:
        operands = corner_operands(unit)
        addend = operands["x"] * operands.get("w", 1) << operands.get("shift", 0)
        return bool(
            CORNER_OPERATIONS * addend.max() > max(port.format.max for port in unit.results)
        )

    assert any(wraps(unit) for unit in corner_units(entry))


def test_a_wrong_netlist_is_caught_and_named(
    registry: Registry, asap7: CellLibrary, icarus: Icarus
) -> None:
    """The netlist of an unsigned multiplier does not pass for a signed one."""
    unsigned = registry.unit("multiplier_array_x4u_w4u")
    signed = registry.unit("multiplier_array_x4s_w4s")
    values = {role: np.arange(-8, 8, dtype=np.int64) for role in ("x", "w")}
    wrong = Simulation(signed, values, replace(synthesize(unsigned, asap7), unit=signed))
    message = r"multiplier_array_x4s_w4s \(netlist\): cycle \d+: p_o is"
    with pytest.raises(CharacterizeError, match=message):
        icarus.run([wrong])


def test_an_unknown_output_is_caught(
    registry: Registry, icarus: Icarus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An accumulator that is never cleared holds X, and X is no number."""
    unit = registry.unit("accumulator_x8s_a16")
    operands = random_operands(unit, 20) | {"clear": np.zeros(20, dtype=np.int64)}

    def always_zero(x: IntArray, **_: object) -> IntArray:
        return np.zeros_like(x)

    monkeypatch.setattr(ops, "accumulate", always_zero)
    with pytest.raises(CharacterizeError, match=r"sum_o is X{16}, but accumulate of"):
        icarus.run([Simulation(unit, operands)])


def test_streams_of_unequal_length_run_side_by_side(
    registry: Registry, icarus: Icarus, asap7: CellLibrary
) -> None:
    """A serial unit takes its cycles, and a short stream ends before a long one."""
    units = [registry.unit(n) for n in ("multiplier_serial_x5s_w3s", "mac_array_x2u_w2u_a8")]
    short = check(units, lambda unit: random_operands(unit, 50), icarus, asap7)
    assert short == [49] * 4
