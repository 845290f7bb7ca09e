"""Transistor operations: counts of a table, activity by hand, the command and a user's joules."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from characterize.units import Registry
from sim.cli import app
from sim.counting.measurements import read_measurements
from sim.counting.random_networks import draw
from sim.counting.signals import mac_shares, requantizer_shares
from sim.counting.task_operands import TaskOperands, task_operands
from sim.counting.tasks import DEQUANTIZE, MAC, Task, tasks_of
from sim.counting.transistor_ops import (
    ACTIVE_ENERGIES,
    ACTIVE_TOS,
    CLOCKED,
    ENERGIES,
    FLOPS,
    MACS,
    RANDOM,
    SIGNAL_ENERGIES,
    SIGNAL_TOS,
    TOS,
    operand_toggles,
    translate,
    with_activity,
)
from sim.counting.unit_counts import ENTRIES, UnitCounts, entry_of, ports_of
from sim.datasets import load
from sim.errors import SimError
from sim.formats import IntFormat
from sim.layers import Flatten, MaxPool
from sim.network import INPUT, Network, Node
from sim.operands import layer_statistics
from sim.quantize import quantize
from sim.requantize import Requantize
from sim.table_files import of_results
from sim.weighted import Linear

U8, S8, U4 = IntFormat(8, False), IntFormat(8, True), IntFormat(4, False)
MACS_8 = "mac_array_x8u_w8s_a32"
# Unit -> transistor operations, transistors, energy.
UNITS: dict[str, tuple[float, int, float]] = {
    "mac_array_x4u_w4s_a32": (700.0, 2800, 80.0),
    MACS_8: (1600.0, 4500, 150.0),
    "mac_array_x8s_w8s_a32": (1500.0, 4400, 140.0),
    "requantize_x32s_m16s_c48s_places6u_r8u": (11000.0, 28000, 900.0),
    "residual_add_x32s_m16s_y8u_n16s_c48s_places6u_r8u": (13000.0, 33000, 1100.0),
    "max_x8u_y8u": (90.0, 300, 8.0),
    "accumulator_x16s_a16": (300.0, 1000, 40.0),
    "sigmoid_x8s": (500.0, 1500, 60.0),
}


def _rows(unit: str, delay_model: str = "zero") -> list[dict[str, Any]]:
    ops, transistors, energy_fj = UNITS[unit]
    bits = sum(number.bits for role, number in ports_of(unit).items() if role != "r")
    clocked = unit.startswith(("mac", "acc"))

    def row(part: str, group: str, share: float, **others: float) -> dict[str, Any]:
        return {
            "unit": unit, "library": "asap7", "stimulus": "uniform", "delay_model": delay_model,
            "part": part, "net_group": group, "acc_width": None, "toggles_per_op": 0.0,
            "bit_flips_per_op": 0.0, "transistor_ops_per_op": ops * share, "clock_fj": 0.0,
            "leakage_fj": 0.0, "energy_fj": energy_fj * share, "transistors": transistors, **others,
        }  # fmt: skip

    return [
        row("all", "all", 1.0, clock_fj=20.0 * clocked, leakage_fj=1.0),
        row("input", "all", 0.0, toggles_per_op=bits / 2, energy_fj=0.1 * energy_fj),
        row("multiplier", "all", 0.25, energy_fj=0.2 * energy_fj, leakage_fj=0.5),
        row(
            "accumulator",
            "all",
            0.75,
            energy_fj=0.7 * energy_fj,
            leakage_fj=0.5,
            clock_fj=20.0 * clocked,
        ),
        row("all", "mult_in", 0.0, bit_flips_per_op=bits / 2),
        row("all", "acc_reg", 0.0, bit_flips_per_op=10.0),
        row("accumulator", "acc_reg", 0.1, clock_fj=20.0 * clocked, transistors=768 * clocked),
        row("accumulator", "acc_sum", 0.65),
    ]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.DataFrame([row for unit in UNITS for row in _rows(unit)])


@pytest.fixture(scope="module")
def counts(table: pd.DataFrame) -> UnitCounts:
    return UnitCounts(table)


def _network() -> Network:
    weight = np.random.default_rng(1).integers(-8, 8, (3, 16))
    made = Requantize((np.array([900.0]),), np.array([70.0]), U4, "shift", 12)
    return Network(
        [
            Node("pool", MaxPool((2, 2), (2, 2)), (INPUT,)),
            Node("narrow", made, ("pool",)),
            Node("flat", Flatten(), ("narrow",)),
            Node("product", Linear(weight, U4, IntFormat(4, True)), ("flat",)),
        ],
        (8, 8, 1),
    )


def test_names_say_the_operands_of_every_unit() -> None:
    registry = Registry()
    for operation, name in ENTRIES.items():
        for unit in registry.entries[name].units("default"):
            found = ports_of(unit.name)
            wanted = {p.role: p.format for p in unit.operands if p.format.bits > 1}
            result = found.pop("r", None)
            assert found == wanted, (operation, unit.name)
            assert result is None or result == unit.results[0].format
            assert entry_of(unit.name) == name


def test_counts_are_those_of_the_table(counts: UnitCounts) -> None:
    found = counts[MACS_8]
    assert (found.transistor_ops, found.transistors, found.energy_fj) == (1600.0, 4500, 150.0)
    assert found.clocked == 768
    assert found.parts == {"multiplier": 400.0, "accumulator": 1200.0}
    assert found.flips == {"mult_in": 8.0, "acc_reg": 10.0}
    assert counts["max_x8u_y8u"].clocked == 0


@pytest.mark.parametrize(
    ("operation", "operands", "result", "wanted"),
    [
        (MAC, {"x": U4, "w": IntFormat(4, True)}, IntFormat(32, True), "mac_array_x4u_w4s_a32"),
        (MAC, {"x": IntFormat(3, True), "w": IntFormat(4, True)}, IntFormat(20, True),
         "mac_array_x8s_w8s_a32"),
        (MAC, {"x": IntFormat(3, False), "w": S8}, IntFormat(32, True), MACS_8),
        (MAC, {"x": IntFormat(9, False), "w": S8}, IntFormat(32, True), None),
        (MAC, {"x": U4, "w": U4}, IntFormat(32, False), None),  # split
        ("requantize", {"x": IntFormat(32, True)}, S8, "requantize_x32s_m16s_c48s_places6u_r8u"),
        ("requantize", {"x": U8}, IntFormat(9, False), None),
        ("maximum", {"x": S8, "y": S8}, S8, "max_x8u_y8u"),  # of other signs
        ("maximum", {"x": IntFormat(9, True), "y": S8}, S8, None),
        ("accumulate", {"x": U8}, IntFormat(14, False), "accumulator_x16s_a16"),
        ("accumulate", {"x": U8}, IntFormat(17, False), None),
        ("minimum", {"x": U8, "y": U8}, U8, None),
    ],
)  # fmt: skip
def test_the_smallest_unit_of_the_table(
    counts: UnitCounts,
    operation: str,
    operands: dict[str, IntFormat],
    result: IntFormat,
    wanted: str | None,
) -> None:
    found = counts.of(Task("a", operation, tuple(operands.items()), result, 1))
    assert (None if found is None else found.unit) == wanted


def test_a_translation_adds_up(counts: UnitCounts) -> None:
    found = translate(_network(), counts)
    assert [(s.task.operation, s.transistor_ops) for s in found.steps] == [
        ("maximum", 48 * 90.0), ("requantize", 16 * 11000.0), (MAC, 48 * 700.0),
    ]  # fmt: skip
    whole = 48 * 90.0 + 16 * 11000.0 + 48 * 700.0
    assert found.non_mac_percent == pytest.approx(100 * (1 - 48 * 700.0 / whole))
    assert found.counts() == {
        TOS: (whole,), TOS + CLOCKED: (whole, 48 * 768.0), MACS: (48.0,),
        FLOPS: (2 * 48.0 + 48,), ENERGIES: (48 * 8.0 + 16 * 900.0 + 48 * 80.0,),
    }  # fmt: skip


def test_what_no_unit_does_is_named_and_refused_or_apart(counts: UnitCounts) -> None:
    drawn = draw(6)  # tanh
    network = quantize(drawn.network, drawn.scheme, load("digits", "train").images[:64])
    with pytest.raises(
        SimError, match=r"no unit does .* of layer .* and \d+ more tasks: .*--allow"
    ):
        translate(network, counts)
    found = translate(network, counts, allow_missing=True)
    assert "tanh" in {step.task.operation for step in found.apart}
    assert len(found.steps) == len(tasks_of(network))
    assert all(step.transistor_ops == 0 for step in found.apart)


def test_the_end_of_a_network_is_always_apart(counts: UnitCounts) -> None:
    drawn = draw(3)
    network = quantize(drawn.network, drawn.scheme, load("digits", "train").images[:64])
    found = translate(network, counts)
    assert [step.task.operation for step in found.apart] == [DEQUANTIZE]


def test_activity_scales_counts_with_toggles(counts: UnitCounts) -> None:
    network, images = _network(), np.asarray(load("digits", "test").images[:3])
    found = with_activity(translate(network, counts), network, images)
    x = network.run(images, ("flat",)).kept["flat"]
    statistics = layer_statistics(network.weighted["product"], x, "output",
                                  (U4, IntFormat(4, True)))  # fmt: skip
    inputs = statistics.toggle_rate("x").sum() + statistics.toggle_rate("w").sum()
    sums = statistics.toggle_rate("acc").sum()
    active = {step.task.operation: step.active for step in found.steps}
    assert active[MAC] == pytest.approx(700.0 * (0.25 * inputs / 4 + 0.75 * sums / 10))
    # Of 80 fJ, 20 of the clock and 1 of leakage stay; operands' nets and multiplier, then sums.
    active_fj = {step.task.operation: step.active_fj for step in found.steps}
    wanted_fj = (8 + 15.5) * inputs / 4 + 35.5 * sums / 10 + 21
    assert active_fj[MAC] == pytest.approx(wanted_fj)
    # The pool by hand, in Python integers: both operands of every comparison.
    flips, before = 0, None
    windows = images.reshape(3, 4, 2, 4, 2).transpose(0, 1, 3, 2, 4).reshape(-1, 4)
    for values in windows.tolist():
        largest = values[0]
        for value in values[1:]:
            pair = (largest, value)
            if before is not None:
                flips += sum((a ^ b).bit_count() for a, b in zip(pair, before, strict=True))
            before, largest = pair, max(largest, value)
    wanted = 90.0 * flips / (len(windows) * 3) / 8
    assert active["maximum"] == pytest.approx(wanted)
    others = [active_fj[name] for name in ("maximum", "requantize")]
    assert others[0] == pytest.approx(1 + 7 * wanted / 90)
    assert set(found.counts()) >= {ACTIVE_TOS, ACTIVE_TOS + CLOCKED}
    whole_fj = 48 * wanted_fj + sum(
        count * each for count, each in zip((48, 16), others, strict=True) if each is not None
    )
    assert found.counts()[ACTIVE_ENERGIES] == pytest.approx((whole_fj,))


def test_signals_scale_each_part_with_its_own(counts: UnitCounts) -> None:
    network, images = _network(), np.asarray(load("digits", "test").images[:3])
    found = with_activity(translate(network, counts), network, images)
    x = network.run(images, ("flat",)).kept["flat"]
    formats = (U4, IntFormat(4, True))
    statistics = layer_statistics(network.weighted["product"], x, "output", formats)
    shares = mac_shares(statistics, {"x": formats[0], "w": formats[1]})
    maximum, requantize, mac = found.steps
    assert mac.signals == pytest.approx(
        700 * (0.25 * shares["multiplier"] + 0.75 * shares[""]), rel=1e-12
    )
    wanted_fj = 8 * shares["input"] + 15.5 * shares["multiplier"] + 35.5 * shares[""] + 21
    assert mac.signals_fj == pytest.approx(wanted_fj)
    (stream,) = (s for s in task_operands(network, images) if s.operation == "requantize")
    ports = ports_of("requantize_x32s_m16s_c48s_places6u_r8u")
    own = requantizer_shares(stream, {role: port for role, port in ports.items() if role != "r"})
    assert requantize.signals == pytest.approx(
        11000 * (0.25 * own["multiplier"] + 0.75 * own[""]), rel=1e-12
    )
    # Without a multiplier there is one share for all.
    assert (maximum.signals, maximum.signals_fj) == (maximum.active, maximum.active_fj)
    (ops,), (energy_fj,) = (found.counts()[name] for name in (SIGNAL_TOS, SIGNAL_ENERGIES))
    assert ops == pytest.approx(sum(step.signal_ops for step in found.steps))
    assert energy_fj == pytest.approx(sum(step.signal_energy_fj for step in found.steps))
    assert found.counts()[SIGNAL_TOS + CLOCKED] == (ops, 48 * 768.0)


def test_toggles_of_negative_numbers_are_those_of_the_port() -> None:
    stream = TaskOperands("a", "add", {"x": np.array([-1, 0, -1])}, {}, np.arange(3), S8)
    assert operand_toggles(stream, {"x": IntFormat(32, True)}, "x") == pytest.approx(64 / 3)


def test_multipliers_that_stay_do_not_lower_a_count(counts: UnitCounts) -> None:
    """Of a requantizer the sums' bits count, as its port of 32 bits carries them."""
    network, images = _network(), np.asarray(load("digits", "test").images[:3])
    found = with_activity(translate(network, counts), network, images)
    sums = [int(value) for value in network.run(images, ("pool",)).kept["pool"].ravel()]
    flips = sum((a ^ b).bit_count() for a, b in itertools.pairwise(sums))
    active = {step.task.operation: step.active for step in found.steps}
    assert active["requantize"] == pytest.approx(11000.0 * flips / len(sums) / 16)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="transistor_ops_per_op"), "lacks the column transistor_ops"),
        (lambda t: t.assign(stimulus="gaussian"), "no uniform operands on asap7 with zero delays"),
    ],
)
def test_tables_that_do_not_do(table: pd.DataFrame, change: Any, message: str) -> None:
    with pytest.raises(SimError, match=message):
        UnitCounts(change(table))


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SimError, match=r"units.csv: cannot read it"):
        UnitCounts.load(tmp_path / "units.csv")


def test_a_table_that_is_not_given_is_that_of_this_folder_or_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout, here = tmp_path / "checkout", tmp_path / "here"
    for folder in (checkout, here / "results"):
        folder.mkdir(parents=True)
    monkeypatch.setattr("sim.table_files._CHECKOUT", checkout)
    monkeypatch.chdir(here)
    with pytest.raises(SimError, match=r"^results/units.csv: .*give the file with --units$"):
        UnitCounts.load()
    (checkout / "units.csv").touch()
    assert of_results("units.csv") == checkout / "units.csv"
    Path("results", "units.csv").touch()
    assert of_results("units.csv") == Path("results", "units.csv")


# --- a user's measurements ----------------------------------------------------


def test_measurements_are_read(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("network,energy_j,architecture,bits_x\na.npz,0.5,a.toml,4\nb.onnx,2e-3,,\n")
    one, other = read_measurements(path)
    assert (one.network, one.energy_j, one.number("bits_x", 8)) == ("a.npz", 0.5, 4)
    assert one.path("architecture") == tmp_path / "a.toml"
    assert other.path("architecture") is None
    assert (other.number("bits_x", 8), other.text("scheme", "mixed")) == (8, "mixed")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("network\na\n", "lacks the column energy_j"),
        ("network,energy_j\na,1\nb,-1\n", "line 3: needs a network and a positive energy_j"),
        ("network,energy_j\na,much\n", "line 2: energy_j is 'much'"),
        ("network,energy_j\n,1\n", "line 2: needs"),
    ],
)
def test_measurements_that_do_not_do(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text)
    with pytest.raises(SimError, match=message):
        read_measurements(path)


def test_the_command(table: pd.DataFrame, tmp_path: Path) -> None:
    units, own = tmp_path / "units.csv", tmp_path / "own.csv"
    table.to_csv(units, index=False)
    given = ["transistor-ops", "digits", "--units", str(units), "--bits-x", "4"]
    found = CliRunner().invoke(app, given, catch_exceptions=False)
    assert found.exit_code == 0
    assert "requantize_x32s_m16s_c48s_places6u_r8u" in found.output
    # Joules of a line, and a network that it says.
    rows = [f"n{n},{1e-15 * n * 1e8 + 0.001},{n * 1e8}" for n in (1, 2, 4, 7)]
    own.write_text("network,energy_j,transistor_ops\n" + "\n".join(rows) + "\n")
    given += ["--measurements", str(own), "--activity", "1"]
    found = CliRunner().invoke(app, given, catch_exceptions=False)
    assert found.exit_code == 0
    assert "1e-15 J a transistor operation, 0.001 J at rest" in found.output
    assert found.output.count("100.00") == 4
    # A table of networks at the gates, by which one coefficient of each predictor is known.
    energies = tmp_path / "transistor_ops.csv"
    pd.DataFrame([
        {"network": f"n{n}", "predictor": name, "held_out": "leave-one-out", "library": "asap7",
         "delay_model": "zero", "energy_fj": 2.0 * n, "count": 1.0 * n, "clocked": 1.0 * n * n,
         "precision_percent": 99.0}
        for n in (1, 2, 4, 7) for name in (TOS, TOS + CLOCKED, MACS, FLOPS, RANDOM + SIGNAL_TOS)
    ]).to_csv(energies, index=False)  # fmt: skip
    found = CliRunner().invoke(app, [*given[:6], "--energies", str(energies)],
                               catch_exceptions=False)  # fmt: skip
    assert found.exit_code == 0
    assert "fitted to 4 networks at the gates" in found.output
    assert "99.00" in found.output
    assert RANDOM not in found.output
    unseen = [*given[:6], "--energies", str(energies), "--random", "2"]
    found = CliRunner().invoke(app, unseen, catch_exceptions=False)
    assert found.exit_code == 0
    assert RANDOM + SIGNAL_TOS in found.output
    assert found.output.count("99.00") == 2 * 5
    with pytest.raises(SimError, match="--activity sees test images and --random does not"):
        CliRunner().invoke(app, [*unseen, "--activity", "1"], catch_exceptions=False)
