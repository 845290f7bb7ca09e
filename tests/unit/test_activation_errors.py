"""The table of activation units' errors: figures by another way, and the committed one."""

import csv
import json
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from characterize import activation_errors, cli_activations
from sim import ops
from sim.activations import point_of

RESULTS = Path(__file__).parents[2] / "results"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("errors")
    activation_errors.write(folder)
    return folder


def test_the_committed_table_is_what_the_command_writes(written: Path) -> None:
    mine = (written / "activation_errors.csv").read_bytes()
    assert (RESULTS / "activation_errors.csv").read_bytes() == mine
    resource = json.loads((written / "datapackage.json").read_text())["resources"][0]
    assert resource["sources"] == [{"title": "python -m characterize activations"}]


def test_figures_are_those_of_single_operands(written: Path) -> None:
    """Of tanh at 8 bits, worked out operand by operand with decimal numbers."""
    (row,) = (r for r in _rows(written) if (r["function"], r["bits"]) == ("tanh", "8"))
    point = point_of("tanh", 8)
    found = []
    for x in range(-128, 128):
        power = (Decimal(2 * x) / 32).exp()
        wanted = (power - 1) / (power + 1) * 128
        found.append(float(int(ops.tanh(np.array(x), point.result)) - wanted))
    assert (row["operands"], row["exhaustive"]) == ("256", "true")
    worst = max(map(abs, found))
    assert float(row["worst_steps"]) == pytest.approx(worst, rel=1e-5)
    assert float(row["mean_steps"]) == pytest.approx(math.fsum(map(abs, found)) / 256, rel=1e-5)
    assert float(row["bias_steps"]) == pytest.approx(math.fsum(found) / 256, rel=1e-5)
    assert float(row["worst"]) == pytest.approx(worst / 128, rel=1e-5)


def test_all_operands_but_of_wide_softmaxes(written: Path) -> None:
    rows = _rows(written)
    sampled = [row for row in rows if row["exhaustive"] == "false"]
    assert {row["function"] for row in sampled} == {"softmax"}
    assert len(rows) - len(sampled) == 9
    assert all(int(row["operands"]) > 1_000_000 for row in sampled)
    sums = [int(row["operands"]) for row in rows if row["function"] == "reciprocal"]
    assert sums == [2**16 - 1, 2**24 - 1]
    assert [row["unit"] for row in rows] == [
        "sigmoid_x8s", "sigmoid_x16s", "tanh_x8s", "tanh_x16s", "exp_x8u", "exp_x16u",
        "reciprocal_x16u", "reciprocal_x24u", *["max_x8s_y8s"] * 3, *["max_x16s_y16s"] * 3,
    ]  # fmt: skip


def test_the_command_says_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(activation_errors, "rows", lambda: iter([_ROW]))
    cli_activations.activations(tmp_path)
    assert str(tmp_path / "activation_errors.csv") in capsys.readouterr().out
    assert (tmp_path / "activation_errors.csv").read_text().count("\n") == 2


_ROW = dict.fromkeys(activation_errors.ERRORS.names, 1)


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "activation_errors.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
