"""Accelergy: what its library plug-in makes of the tables.

`ask` follows the plug-in's README and scaling rules (accelergy-library-plug-in at
commit 662afb4), in code of its own.
"""

import re
from pathlib import Path

import pytest

from characterize.export import accelergy
from characterize.export.source import Selection, read_source
from tests.unit import export_table

Entry = dict[str, str]
_LINEAR = {"width", "datawidth", "width_a", "width_b", "datawidth_a", "datawidth_b"}


def entries(text: str) -> list[Entry]:
    """A table's lines without comments, header name -> value."""
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    head, *rest = [line.split(",") for line in lines if line.replace(",", "")]
    assert all(len(row) == len(head) for row in rest)
    return [dict(zip(head, row, strict=True)) for row in rest]


def scale(name: str, old: str, new: str, action: str | None) -> float:
    """By how much a figure grows when an attribute changes; ValueError where it cannot."""
    ratio = float(new) / float(old)
    if name in _LINEAR:
        return ratio
    if name == "global_cycle_seconds":
        return ratio if action == "leak" else 1.0
    if name == "voltage":
        return 1.0 if action in (None, "leak") else ratio**2
    if ratio == 1.0:
        return 1.0
    raise ValueError(name)


def ask(table: list[Entry], action: str | None, **attributes: str) -> float:
    """Energy of an action in pJ, or without one the area in um2, of the best match."""
    best: tuple[int, float] | None = None
    for entry in table:
        if action is not None and action not in entry["action"].split("|"):
            continue
        factor, matching, taken = 1.0, 0, set()
        try:
            for name, wanted in attributes.items():
                key = next((key for key in entry if name in key.split("|")), None)
                if key is None or key in taken:
                    continue
                taken.add(key)
                if entry[key] in ("*", wanted):
                    matching += 1
                else:
                    step = scale(name, entry[key], wanted, action)
                    matching += step == 1.0
                    factor *= step
        except ValueError:
            continue
        figure = "area" if action is None else "energy"
        value = float(next(entry[key] for key in entry if figure in key))
        if best is None or matching > best[0]:
            best = matching, value * factor
    if best is None:
        raise LookupError(attributes)
    return best[1]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Entry]]:
    source = read_source(export_table.write(tmp_path_factory.mktemp("results")))
    return {name: entries(text) for name, text in accelergy.export(source, Selection()).items()}


def test_every_width_pair_and_sign_is_found_without_scaling(
    tables: dict[str, list[Entry]],
) -> None:
    table = tables["asap7/gatewatt_multiplier_array.csv"]
    asked = 0
    for x in (2, 3, 4):
        for w in (2, 3, 4):
            for signed_a, signed_b in export_table.SIGNS:
                widths = {"width_a": str(x), "width_b": str(w)}
                signs = {"signed_a": str(signed_a).lower(), "signed_b": str(signed_b).lower()}
                energy = export_table.energy_fj(x, w)
                common = widths | signs | {"technology": "7", "voltage": "0.7"}
                common |= {"global_cycle_seconds": "1e-09"}
                for action in ("multiply", "read"):
                    got = ask(table, action, **common)
                    assert got == pytest.approx(energy * 0.999 / 1000, rel=1e-5)
                assert ask(table, "leak", **common) == pytest.approx(energy / 1e6, rel=1e-5)
                assert ask(table, "write", **common) == ask(table, "update", **common) == 0.0
                assert ask(table, None, **common) == pytest.approx(energy / 10)
                asked += 1
    assert asked == 27


def test_what_was_not_measured_is_scaled_linearly_and_the_header_says_so(
    tables: dict[str, list[Entry]], tmp_path: Path
) -> None:
    table = tables["sky130hd/gatewatt_multiplier_array.csv"]
    square = ask(table, "multiply", width_a="2", width_b="2")
    assert ask(table, "multiply", width_a="2", width_b="3") == pytest.approx(square * 3 / 2)
    texts = accelergy.export(read_source(export_table.write(tmp_path)), Selection())
    assert (
        "# Of 9 pairs of widths from 2 to 4 bits 6 were not measured: Accelergy scales to them"
        in texts["sky130hd/gatewatt_multiplier_array.csv"]
    )
    assert (
        "# Every pair of widths from the least to the greatest is here."
        in texts["asap7/gatewatt_multiplier_array.csv"]
    )
    for component in ("accumulator", "adder_ripple", "pann"):
        assert "pairs of widths" not in texts[f"asap7/gatewatt_{component}.csv"]


def test_width_is_that_of_both_operands(tables: dict[str, list[Entry]]) -> None:
    table = tables["asap7/gatewatt_multiplier_array.csv"]
    got = ask(table, "multiply", width="3", signed_a="true", signed_b="true")
    assert got == pytest.approx(18 * 0.999 / 1000)
    # Attributes that share a column are scaled once.
    assert ask(table, "multiply", width="6", datawidth="6", unit="multiplier_array_x3s_w3s") == (
        pytest.approx(2 * got)
    )
    adder = tables["asap7/gatewatt_adder_ripple.csv"]
    assert ask(adder, "add", width="16") == pytest.approx(48 * 0.999 / 1000)


@pytest.mark.parametrize(
    "other", [{"signed_a": "false"}, {"acc_width": "24"}, {"unit": "x"}, {"library": "y"}]
)
def test_what_cannot_be_scaled_must_be_equal(
    tables: dict[str, list[Entry]], other: dict[str, str]
) -> None:
    table = tables["asap7/gatewatt_mac_array.csv"]
    right = {"width_a": "8", "width_b": "8", "signed_a": "true", "acc_width": "32"}
    assert ask(table, "mac", **right) == pytest.approx(392 * 0.999 / 1000)
    with pytest.raises(LookupError):
        ask(table, "mac", **right | other)


def test_leakage_is_that_of_one_cycle(tables: dict[str, list[Entry]]) -> None:
    table = tables["asap7/gatewatt_multiplier_serial.csv"]
    # 0.09 fJ in the four cycles of an operation.
    assert ask(table, "leak", global_cycle_seconds="1e-09") == pytest.approx(0.09 / 4 / 1000)
    assert ask(table, "leak", global_cycle_seconds="2e-09") == pytest.approx(0.09 / 2 / 1000)


def test_every_component_has_the_actions_that_the_plug_in_demands(
    tables: dict[str, list[Entry]],
) -> None:
    assert {name.split("_", 1)[1] for name in tables} == {
        "multiplier_array.csv", "multiplier_serial.csv", "adder_ripple.csv", "accumulator.csv",
        "mac_array.csv", "pann.csv",
    }  # fmt: skip
    for name, table in tables.items():
        actions = {action for entry in table for action in entry["action"].split("|")}
        assert {"read", "write", "update", "leak"} < actions, name
        # The first column that has the word in its name is taken.
        for word in ("energy", "area"):
            assert sum(word in key for key in table[0]) == 1, name
        assert not re.search(r"COMPONENT", ",".join(table[0]))
    assert {entry["technology"] for entry in tables["sky130hd/gatewatt_pann.csv"]} == {"130"}
