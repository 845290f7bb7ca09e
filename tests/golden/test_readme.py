"""The README is true: its rows stand in the table, its code runs, its paths exist."""

import re
from pathlib import Path

import pandas as pd
import pytest

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def of_the_text(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of whole units that the README speaks of."""
    return table[
        (table.part == "all")
        & (table.net_group == "all")
        & (table.stimulus == "uniform")
        & (table.library == "asap7")
        & (table.delay_model == "library")
    ]


def test_its_rows_stand_in_the_table() -> None:
    table = pd.read_csv(REPOSITORY / "results/units.csv", dtype=str, keep_default_na=False)
    whole = of_the_text(table).set_index("unit")
    _, start = README.split("checked by tests/golden/test_readme.py -->\n\n")
    lines = [
        [item.strip() for item in line.strip("|").split("|")]
        for line in start.split("\n\n")[0].splitlines()
        if line.startswith("| ")
    ]
    header, rows = lines[0], lines[1:]
    assert len(rows) == 10
    for row in rows:
        assert row[1:] == [whole.at[row[0], column] for column in header[1:]]


def test_its_savings_and_uncertainties_are_the_measured_ones() -> None:
    table = pd.read_csv(REPOSITORY / "results/units.csv")
    text = of_the_text(table).set_index("unit")
    for width in (2, 8):
        unsigned, signed = (text.energy_fj[f"mac_array_x{width}{s}_w{width}{s}_a32"] for s in "us")
        assert f"{100 * (1 - unsigned / signed):.0f} %" in README
    mac = text.loc["mac_array_x8s_w8s_a32"]
    assert f"32 flip-flops, {mac.clock_fj:.0f} fJ" in README
    share = 100 * mac.glitch_toggles_per_op / mac.toggles_per_op
    assert f"glitches, {share:.0f} % of the toggles" in README
    whole = table[(table.part == "all") & (table.net_group == "all")]
    uncertainty = 100 * whole.energy_ci_fj / whole.energy_fj
    assert "at most 0.1 % of the energy of every whole unit" in README
    assert uncertainty.max() <= 0.1 * (1 + 1e-5)


def test_its_code_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(REPOSITORY)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(block, {})
    assert "energy_fj" in capsys.readouterr().out


def test_its_files_exist() -> None:
    named = re.findall(r"[\w./-]+\.(?:toml|py|csv|json|svg|sh|cff|LICENSE)\b", README)
    assert len(named) > 8
    for name in set(named) - {"mine.toml", "NET.toml", "KEPT.json"}:  # the reader's own
        candidates = [REPOSITORY / name, REPOSITORY / "rtl" / name]
        assert any(path.is_file() for path in candidates), name


def test_its_networks_are_those_of_the_table() -> None:
    networks = pd.read_csv(REPOSITORY / "results/networks.csv")
    chosen = networks[
        (networks.network == "digits") & (networks.layer == "all") & (networks.tier == "A")
        & (networks.library == "asap7") & (networks.delay_model == "library")
        & (networks.dataflow == "output") & networks.accuracy.notna()
    ]  # fmt: skip
    section = README.split("## A whole network", 1)[1].split("##", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 9
    for kind, unit, order, *cells in rows[2:]:
        of_unit = chosen[(chosen.unit == unit) & (chosen.order == order)]
        found = of_unit[of_unit.scheme.str.split(" ").str[0] == kind]
        for cell in cells:
            energy, accuracy = cell.rstrip(")").split(" (")
            same = found[(found.energy_fj_per_mac.round(1) == float(energy))]
            assert float(accuracy) in same.accuracy.round(1).tolist(), (kind, unit, cell)
