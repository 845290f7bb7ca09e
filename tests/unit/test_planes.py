"""Bit planes: codes land in their bits, and chunks fit together."""

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.bitparallel import planes as under_test
from characterize.simulators.bitparallel.planes import PlaneBuilder, Planes, planes_of
from characterize.simulators.protocol import LEAD_IN, Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.units import Registry

UNITS = (
    "multiplier_array_x3s_w2s",
    "multiplier_serial_x3s_w4s",
    "multiplier_registered_x2u_w2s",
    "multiplier_signmag_x3m_w3m",
    "adder_ripple_x32s_y32s",
    "accumulator_x9s_a24",
    "mac_zero_skip_x4u_w3s_a32",
    "mac_split_gated_x2u_w2u_a8",
    "pann_q3u_x2u_a12",
    "csd_x4s_a16",
)


def bits(planes: Planes, row: int) -> list[int]:
    """A row of planes, cycle by cycle."""
    found: list[int] = (planes.streams[row // 8] >> (row % 8) & 1).tolist()
    return found


def test_a_field_of_any_width_keeps_its_codes() -> None:
    generator = np.random.default_rng(1)
    widths = [1, 3, 8, 9, 4, 1, 32, 5, 40, 2]
    codes = [generator.integers(0, 1 << width, 100) for width in widths]
    builder = PlaneBuilder(100)
    for first, (width, values) in enumerate(zip(widths, codes, strict=True)):
        nets = [100 * first + bit for bit in range(width)]
        if first % 2:
            builder.drive(nets, values)
        else:
            builder.expect(nets, values, values & 1)
    planes = builder.planes()
    seen = set()
    for net, row, *care in (*planes.drives, *planes.checks):
        values = codes[net // 100]
        assert bits(planes, row) == (values >> net % 100 & 1).tolist()
        for cared in care:
            assert bits(planes, cared) == (values & 1).tolist()
        seen |= {row, *care}
    # No bit is used twice, and fields of less than a byte share streams.
    assert len(seen) == sum(widths) + 5
    assert len(planes.streams) < len(widths) + 9


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("text", ["uniform", "relu"])
def test_chunks_fit_together(
    registry: Registry,
    asap7: CellLibrary,
    name: str,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is expected in a chunk does not hang on where it begins."""
    netlist = synthesize(registry.unit(name), asap7)
    operands = Stimulus(text).operands(netlist.unit, 3000)
    if "clear" in operands:
        operands["clear"][[1, 5, 700, 2999]] = 1
    if "enable" in operands:
        operands["enable"][::3] = 0
    simulation = Simulation(netlist.unit, operands, netlist)
    whole = planes_of(simulation, netlist)
    assert any(stream.any() for stream in whole.streams)
    for chunk in (100, 999):
        monkeypatch.setattr(under_test, "_CHUNK", chunk)
        cuts = under_test._cuts(simulation)
        assert len(cuts) > 4
        found = planes_of(simulation, netlist)
        assert (found.drives, found.checks) == (whole.drives, whole.checks)
        for some, all_ in zip(found.streams, whole.streams, strict=True):
            np.testing.assert_array_equal(some, all_)


def test_sums_are_cut_where_they_are_cleared_and_nowhere_else(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = registry.unit("mac_array_x2u_w2u_a32")
    operands = Stimulus("uniform").operands(unit, 1001)
    operands["clear"][:] = 0
    operands["clear"][[0, 40, 90, 91, 400]] = 1
    monkeypatch.setattr(under_test, "_CHUNK", 50)
    # Operation n is the one with the number n + LEAD_IN - 1 of those that are driven.
    cuts = [0, *(n + LEAD_IN - 1 for n in (90, 400)), 1000 + LEAD_IN]
    assert under_test._cuts(Simulation(unit, operands)) == cuts


def test_an_operand_out_of_range_is_named(registry: Registry, asap7: CellLibrary) -> None:
    netlist = synthesize(registry.unit("multiplier_array_x3s_w2s"), asap7)
    operands = {"x": np.array([1, 2, -5, 7]), "w": np.array([1, 0, 1, 1])}
    with pytest.raises(CharacterizeError, match=r"operand x of operation 2 is -5.*-4 to 3"):
        planes_of(Simulation(netlist.unit, operands, netlist), netlist)
