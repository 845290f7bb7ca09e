"""One battery over every entry of the registry: RTL and netlist equal `sim.ops`."""

import re

import pytest

from characterize.library import CellLibrary
from characterize.rtl_check import check_entries
from characterize.simulators.icarus import Icarus
from characterize.stimulus import exhaustive
from characterize.unit_table import NET_GROUPS
from characterize.units import Entry
from tests.rtl.units_under_test import (
    ENTRIES,
    STATELESS,
    check,
    corner_operands,
    corner_units,
    operand_bits,
    random_operands,
)

every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


@every_entry
def test_entry(entry: Entry, icarus: Icarus, asap7: CellLibrary) -> None:
    """Units at the ends of all parameter ranges: extreme operands, then random ones.

    Those without state and with few operand bits take all operands besides.
    """
    units = corner_units(entry)
    for operands in (corner_operands, random_operands):
        checked = check(units, operands, icarus, asap7)
        assert len(checked) == 2 * len(units)
        assert min(checked) >= 24
    if entry in STATELESS:
        small = [unit for unit in units if sum(operand_bits(unit)) <= 8]
        checked = check(small, exhaustive, icarus, asap7) if small else []
        assert len(checked) == 2 * len(small)


@every_entry
def test_the_registry_agrees_with_the_verilog(entry: Entry) -> None:
    check_entries([entry])


@every_entry
def test_an_entry_is_measured_by_default(entry: Entry) -> None:
    """Default units exist, `quick` are some of them, and their parts use known groups."""
    default, quick = set(entry.units("default")), set(entry.units("quick"))
    assert quick
    assert quick <= default
    for unit in default:
        groups = {port.group for port in unit.ports if port.group}
        groups |= {group for part in unit.parts for group in (part.group, part.register_group)}
        assert groups <= set(NET_GROUPS)


@every_entry
def test_a_header_says_what_a_module_is(entry: Entry) -> None:
    """SPDX, algorithm, area, depth, latency and parameters, in the top module's file."""
    text = entry.files[0].read_text(encoding="utf-8")
    header = text.split("`default_nettype none", maxsplit=1)[0]
    assert header.startswith("// SPDX-License-Identifier: Apache-2.0\n")
    for word in ("Algorithm", "Area", "Depth|depth", "Latency", "Parameters"):
        assert re.search(word, header), word
    assert text.endswith("`default_nettype wire\n")
