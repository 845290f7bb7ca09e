"""bench.csv has the columns that others rely on, all described, and the figure is drawn."""

import json
import os
import platform
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from characterize import cli
from characterize.bench import figure, table
from characterize.bench.case import DELAY_MODELS, bench_case
from characterize.bench.contestant import Name
from characterize.bench.growth import Point
from characterize.bench.rounds import Budget, Standing

RESULTS = Path(__file__).parents[2] / "results"
# What other tools may rely on; more columns may follow.
PROMISED = (
    "engine", "simd", "threads", "unit", "delay_model", "vectors_per_s", "ratio_to_limit",
    "nets_agree", "vectors",
)  # fmt: skip


def write(folder: Path, agree: int = 283) -> None:
    rows: list[dict[str, Any]] = []
    points: dict[str, list[Point]] = {}
    fast, slow = Name("bitparallel", "avx2", 2), Name("icarus")
    for model in DELAY_MODELS:
        standings = [
            Standing(fast, 10_000, 2.5e8, 3.0, 0.125, 283, 283, 0.01, 50.0),
            Standing(Name("bitparallel", "avx2"), 10_000, 2e8, 3.0, 0.1, 283, 283, 0.01, 50.0),
            Standing(slow, 500, 1e4, 9.0, 5e-6, agree, 283, 0.1, 90.0),
        ]
        rows += table.rows(bench_case(figure.UNIT, model), standings)
        points[model] = [Point(fast, 1000, 0.01), Point(slow, 1000, 0.1)]
    table.write(folder, rows, points, Budget(1.0, 5))


def test_columns_and_their_description(tmp_path: Path) -> None:
    write(tmp_path)
    frame = pd.read_csv(tmp_path / "bench.csv", keep_default_na=False)
    assert tuple(frame.columns[: len(PROMISED)]) == PROMISED
    package = json.loads((tmp_path / "datapackage.json").read_text())
    fields = package["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields] == list(frame.columns)
    assert all(field["description"] for field in fields)
    key = package["resources"][0]["schema"]["primaryKey"]
    assert not frame.duplicated(key).any()
    assert frame.loc[0, "simd"] == "avx2"
    assert frame.loc[2, "simd"] == ""
    assert frame.loc[2, "vectors_per_s"] == 1e4


def test_the_machine_is_described_and_not_named(tmp_path: Path) -> None:
    write(tmp_path)
    text = (tmp_path / "bench.json").read_text()
    machine = json.loads(text)["provenance"]["machine"]
    assert machine["processor"]
    assert machine["cores"] == os.cpu_count()
    assert platform.node() not in text
    assert str(Path.home()) not in text


@pytest.mark.parametrize(("agree", "says"), [(283, "counts the same"), (282, "counts differ")])
def test_the_figure_says_whether_counts_agree(tmp_path: Path, agree: int, says: str) -> None:
    write(tmp_path, agree)
    text = figure.draw(tmp_path).read_text(encoding="utf-8")
    assert says in text
    assert "Icarus, wave dump" in text
    assert "10 k/s, × 20,000" in text  # slower than the fastest with one thread
    first = figure.draw(tmp_path).read_bytes()
    assert first == text.encode()


def test_committed_counts_agree_on_every_net() -> None:
    frame = pd.read_csv(RESULTS / "bench.csv", keep_default_na=False)
    assert set(frame.delay_model) == set(DELAY_MODELS)
    assert frame.unit.nunique() == 3
    assert (frame.nets_agree == frame.nets).all()
    assert (frame.nets >= 60).all()


def test_the_readme_quotes_the_committed_ratios() -> None:
    readme = " ".join((RESULTS.parent / "README.md").read_text(encoding="utf-8").split())
    frame = pd.read_csv(RESULTS / "bench.csv", keep_default_na=False)
    frame = frame[(frame.unit == figure.UNIT) & (frame.threads == 1)]
    for model in DELAY_MODELS:
        rates = frame[frame.delay_model == model].set_index("engine").vectors_per_s
        best = rates["bitparallel"].max()
        for engine in sorted(set(rates.index) - {"bitparallel", "bitparallel-numpy"}):
            assert f"{float(f'{best / rates[engine]:.2g}'):,.0f}" in readme, (engine, model)
    assert "results/figures/bench.svg" in readme
    assert "nox -s bench" in readme


@pytest.mark.usefixtures("icarus")
def test_a_profile_names_every_stage() -> None:
    arguments = ["profile", "mac_array_x2u_w2u_a32", "--vectors", "1000", "--delays", "unit"]
    run = CliRunner().invoke(cli.app, arguments)
    assert run.exit_code == 0, run.output
    for stage in (
        "cell table", "synthesis", "static pass", "stimulus", "planes and references", "compile",
        "kernel", "energy and rows", "referee and RTL,", "all",
    ):  # fmt: skip
        assert f"│ {stage} " in run.output
    shares = [
        float(line.split("│")[3]) for line in run.output.splitlines() if line.startswith("│ ")
    ]
    assert shares[-1] == 100.0
    assert sum(shares[:-1]) == pytest.approx(100, abs=0.6)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["profile", "nothing"], "unknown unit 'nothing'"),
        (["profile", "mac_array_x2u_w2u_a32", "--vectors", "7"], "give at least 50"),
        (["profile", "mac_array_x2u_w2u_a32", "--delays", "none"], "give one of zero"),
    ],
)
def test_wrong_arguments_are_one_line(arguments: list[str], says: str) -> None:
    run = CliRunner().invoke(cli.app, arguments)
    assert run.exit_code != 0
    assert says in str(run.exception)
