"""`python -m sim`: what it prints, what it keeps, and one line for what goes wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import cli, options, sweep
from sim.accounting.conditions import Conditions
from sim.errors import SimError
from sim.figures import accuracy_against_energy
from sim.options import scheme_of
from sim.power_models import PowerModels
from sim.sources import Source
from sim.sweep import Point, points, run
from sim.sweep_table import COLUMNS

REPOSITORY = Path(__file__).parents[2]
MODELS = REPOSITORY / "tests" / "data" / "models.json"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """The command line in an empty folder: status, output, errors."""
    monkeypatch.chdir(tmp_path)

    def execute(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sim", *arguments])
        try:
            cli.main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return execute


def test_evaluate_without_arguments(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "REPOSITORY_MODELS", MODELS)
    status, out, err = command("evaluate")
    assert (status, err) == (0, "")
    assert "digits split x4 w4: 95" in out
    assert "of the 500 images of digits test" in out
    rows = {line.split("│")[1].strip(): line for line in out.splitlines() if "│" in line}
    assert {"conv1", "conv2", "conv3", "linear", "all"} <= set(rows)
    assert "mac_split_gated_x4u_w4u_a32" in rows["conv1"]
    energies = [float(rows[name].split("│")[-2]) for name in rows if name != "all"]
    assert sum(energies) == pytest.approx(float(rows["all"].split("│")[-2]), abs=1e-3)


def test_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "datasets"],
        capture_output=True, text=True, check=True, cwd=REPOSITORY,
    )  # fmt: skip
    assert done.stdout == (
        "digits: digits: 1297 training and 500 test images, 8 x 8 x 1, 0 to 16, 10 classes\n"
    )


def test_without_models_it_says_so_and_shows_the_formula(
    command: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setattr(options, "REPOSITORY_MODELS", tmp_path / "none.json")
    status, out, _ = command("evaluate", "--images", "20", "--scheme", "signed")
    assert status == 0
    assert "of the 20 images" in out
    assert "no results/models.json; make it with `python -m characterize fit`" in caplog.text
    status, _, err = command("energy")
    assert status == 1
    assert err.startswith("error: no power models")


def test_energy_shows_parts_and_causes(command: Run) -> None:
    status, out, _ = command(
        "energy", "--models", str(MODELS), "--scheme", "pann", "--bits-x", "5", "--additions", "1.5"
    )
    assert status == 0
    for word in ("additions", "energy nJ by part", "energy nJ by cause", "subtract", "clock"):
        assert word in out


def test_overflows_are_told_by_layer(command: Run) -> None:
    status, out, _ = command(
        "evaluate", "--models", str(MODELS), "--images", "10", "--set", "acc_bits=9",
        "--set", "overflow=wrap",
    )  # fmt: skip
    assert status == 0
    assert "conv2: " in out
    assert "sums left the accumulator" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate", "--data", "nowhere"], "there is no data set 'nowhere'"),
        (["evaluate", "--weights", "w.npz"], "give both --weights and --architecture"),
        (["evaluate", "--scheme", "ternary"], "unknown scheme 'ternary'"),
        (["evaluate", "--scheme", "pann"], "pann needs --additions"),
        (["evaluate", "--set", "speed=3"], "unknown setting 'speed=3': write NAME=VALUE"),
        (["evaluate", "--set", "acc_bits=many"], "setting acc_bits takes a number, not 'many'"),
        (["evaluate", "--set", "damping=much"], "setting damping takes a number, not 'much'"),
        (["energy", "--scheme", "csd"], "there is no energy account of csd yet"),
        (["sweep", "--corrections", "some"], "unknown corrections 'some': known are bias, all"),
        (["evaluate", "--set", "per_channel=1"], "setting per_channel is yes or no, not '1'"),
        (["evaluate", "--set", "acc_bits=5"], "layer conv1: sums reach"),
        (["evaluate", "--images", "501"], "digits test has 500 images: 0 to 500 are not among"),
        (["evaluate", "--models", "none.json"], "cannot read the power models"),
        (["evaluate", "--onnx", "none.onnx"], "there is no such ONNX file"),
        (
            ["sweep", "--budget", "1", "--scheme", "pann"],
            "no setting meets a budget of 1 bit flips",
        ),
        (["energy", "--array", "16"], "an array is written as ROWSxCOLUMNS, 16x16, not '16'"),
        (["energy", "--models", str(MODELS), "--array", "0x4"], "at least 1 x 1 MACs, not 0 x 4"),
        (["sweep", "--scheme", "best"], "unknown scheme 'best'"),
        (["train", "none.toml", "--out", "w.npz"], "none.toml: cannot read it: No such file"),
    ],
)
def test_what_goes_wrong_is_one_line(command: Run, arguments: list[str], message: str) -> None:
    pytest.importorskip("onnx")
    status, _, err = command(*arguments)
    lines = [line for line in err.splitlines() if not line.startswith("WARNING")]
    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert message in lines[0]


def test_training_writes_weights_that_evaluate_takes(command: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        'architecture = "layers"\ninput = [8, 8, 1]\nlevels = 16\n[[layer]]\nop = "flatten"\n'
        '[[layer]]\nop = "linear"\nname = "l"\noutputs = 10\n'
    )
    status, out, _ = command("train", "a.toml", "--out", "w.npz", "--epochs", "5")
    assert status == 0
    assert "650 numbers: w.npz" in out
    status, out, _ = command(
        "evaluate", "--weights", "w.npz", "--architecture", "a.toml", "--models", str(MODELS)
    )
    assert status == 0
    assert float(out.split(": ")[1].split(" %")[0]) > 80


def test_settings_become_schemes() -> None:
    made = scheme_of("mixed", 5, None, None, ["first_bits=8", "per_channel=yes", "acc_bits=20",
                                              "overflow=saturate", "weight_rule=aciq"])  # fmt: skip
    assert (made.bits_w, made.first_bits, made.per_channel, made.weight_rule) == (
        5,
        8,
        True,
        "aciq",
    )
    assert (made.accumulator.bits, made.accumulator.overflow) == (20, "saturate")
    made = scheme_of("csd", 5, 6, None, ["weight_rounding=feedback", "damping=0.1", "digits=2",
                                         "compensated=yes", "dead_zone=0.7"])  # fmt: skip
    assert (made.weight_rounding, made.damping, made.digits, made.compensated, made.dead_zone) == (
        "feedback", 0.1, 2, True, 0.7)  # fmt: skip


def test_signed_digits_are_charged_without_energy(command: Run) -> None:
    status, out, _ = command("evaluate", "--scheme", "csd", "--set", "digits=1", "--images", "20")
    assert status == 0
    flips = float(out.splitlines()[-1].split(" bit flips")[0])
    # A digit at most of each weight: (1 + 0.5) 4 bits, less the weights that are 0.
    assert 0.5 * 4 < flips < 1.5 * 4
    assert "nJ" not in out


# --- sweeps -------------------------------------------------------------------


def test_points_are_widths_and_budgets() -> None:
    found = points(["signed", "pann"], [2, 4], [])
    assert found == [
        Point("signed", 2, 24.0), Point("signed", 4, 36.0),
        Point("pann", 0, 10.0), Point("pann", 0, 24.0),
    ]  # fmt: skip
    assert points(["pann"], [2], [5.0]) == [Point("pann", 0, 5.0)]


def test_a_sweep_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path))
    source, models = Source(calibration=100, validation=50), PowerModels.load(MODELS)
    wanted = [Point("split", 4, 24.0), Point("pann", 0, 24.0), Point("split", 8, 64.0)]
    done: list[tuple[Point, bool]] = []

    def sweep_once() -> list[dict[str, object]]:
        done.clear()
        return list(
            run(source, wanted, models, Conditions(), 100, advance=lambda p, b: done.append((p, b)))
        )

    monkeypatch.setattr(
        "sim.searching.settings.settings",
        lambda budget: [(4, budget / 4 - 0.5), (8, budget / 8 - 0.5)],
    )
    interrupted = run(source, wanted, models, Conditions(), 100)
    first = next(interrupted)
    del interrupted
    rows = sweep_once()
    assert done == [(wanted[0], True), (wanted[1], False), (wanted[2], False)]
    assert rows[0] == first
    assert [row["bits_x"] for row in rows[::2]] == [4, 8]
    assert rows[1]["scheme"] == "pann"
    assert rows[1]["r_nominal"] in (5.5, 2.5)
    assert all(isinstance(row["energy_nj_per_image"], float) for row in rows)
    entries = sorted((tmp_path / "sweeps").iterdir())
    assert len(entries) == 3
    entries[0].write_text("{")
    assert sweep_once() == rows
    assert [before for _, before in done].count(True) == 2
    assert "not a whole cache entry, made again" in caplog.text
    # Another choice is another entry.
    list(run(source, wanted[:1], None, Conditions(), 100))
    assert len(list((tmp_path / "sweeps").iterdir())) == 4


def test_a_sweep_of_all_corrections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path))
    source = Source(calibration=100, validation=50)
    wanted = points(["pann", "csd"], [4], [6.0], "all") + points(["csd"], [4], [])
    rows = list(run(source, wanted, None, Conditions(), 60))
    assert [row["corrections"] for row in rows] == ["all", "all", "bias"]
    assert [row["budget_flips"] for row in rows] == [6.0, 36.0, 36.0]
    pann, csd, plain = rows
    assert pann["flips_measured"] <= 6.0
    assert pann["r_measured"] <= pann["r_nominal"]
    assert csd["r_measured"] is None
    assert 0 < plain["flips_measured"] < csd["flips_measured"] <= 36 * 1.03
    assert list(run(source, wanted, None, Conditions(), 60)) == rows
    # With power models too: there is none of shift-and-add units.
    (row,) = run(source, wanted[-1:], PowerModels.load(MODELS), Conditions(), 60)
    assert row["energy_nj_per_image"] is None


def test_the_sweep_command_writes_a_table_and_a_figure(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path / "cache"))
    arguments = [
        "sweep", "--bits", "4", "--bits", "8", "--scheme", "split", "--images", "50",
        "--models", str(MODELS), "--out", str(tmp_path),
    ]  # fmt: skip
    assert command(*arguments)[0] == 0
    table = pd.read_csv(tmp_path / "digits.csv")
    assert list(table.columns) == list(COLUMNS)
    assert table.budget_flips.tolist() == [24, 64]
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = package["resources"]
    assert resource["path"] == "digits.csv"
    assert resource["sources"] == [{"title": "python -m sim sweep"}]
    first = (tmp_path / "digits.csv").read_bytes(), (tmp_path / "digits.svg").read_bytes()
    assert command(*arguments)[0] == 0
    again = (tmp_path / "digits.csv").read_bytes(), (tmp_path / "digits.svg").read_bytes()
    assert first == again


def test_figures_with_and_without_energies() -> None:
    rows = pd.DataFrame(
        [("net", "digits", kind, flips, 4, np.nan, np.nan, False, np.nan, 90.0, 10, "asap7", nj,
          "bias", flips)
         for kind, flips, nj in (("split", 24.0, 1.0), ("split", 64.0, 3.0), ("pann", 10.0, 2.0))],
        columns=list(COLUMNS),
    )  # fmt: skip
    both = accuracy_against_energy(rows).decode()
    assert "nJ an image, measured on asap7" in both
    assert "bit flips an element" in both
    rows.loc[0, "energy_nj_per_image"] = np.nan
    assert "nJ an image" not in accuracy_against_energy(rows).decode()


def test_a_budget_that_nothing_meets_is_refused() -> None:
    source = Source(calibration=50, validation=50)
    with pytest.raises(SimError, match=r"no setting meets a budget of 0.9 bit flips"):
        list(run(source, [Point("pann", 0, 0.9)], None, Conditions(), 50, keep=False))


def test_keys_change_with_images_and_code(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(calibration=50, validation=50)
    given = (source, Point("split", 4, 24.0), None, Conditions(), source.test)
    first = sweep._key(*given)
    assert sweep._key(*given) == first
    # Of other images with the same labels, another point.
    test = source.test
    darker = replace(test, images=test.images // 2)
    assert sweep._key(source, *given[1:4], darker) != first
    assert sweep._key(source, *given[1:4], test.part(0, 10)) != first
    monkeypatch.setattr(sweep, "_code", lambda: "another")
    assert sweep._key(*given) != first
