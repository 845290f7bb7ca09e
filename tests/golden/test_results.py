"""The committed results: whole, up to date, and the same bytes whenever they are made."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from characterize import sweep, tables
from characterize.case import input_hash
from characterize.cell_table import load_library
from characterize.errors import CharacterizeError
from characterize.simulators.referee import REFEREE_VECTORS
from characterize.units import Registry

REPOSITORY = Path(__file__).parents[2]
RESULTS = REPOSITORY / "results"
# One of each kind, small enough to be measured again in every test run.
SAMPLE = [
    "multiplier_array_x3u_w5s",
    "multiplier_registered_x2s_w2s",
    "adder_ripple_x8u_y8u",
    "accumulator_x16s_a16",
    "mac_array_x2u_w2u_a32",
]


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return tables.read_units(RESULTS)


def test_the_table_is_made_from_the_verilog_and_cells_that_are_here() -> None:
    """Changed Verilog, cells or synthesis without `nox -s characterize` fails here."""
    package = json.loads((RESULTS / tables.PACKAGE_FILE).read_text())
    libraries = [load_library(name) for name in sweep.Choice().libraries]
    expected = input_hash(Registry().select(), libraries)
    assert package["provenance"]["input_sha256"] == expected


def test_every_default_case_is_in_it_once(committed: pd.DataFrame) -> None:
    case = ["unit", "library", "stimulus", "delay_model"]
    found = set(committed[case].itertuples(index=False, name=None))
    wanted = {
        (c.unit.name, c.library, c.stimulus.name, c.delay_model)
        for c in sweep.Choice().cases(Registry().select())
    }
    assert found == wanted
    assert {c[1] for c in wanted if c[0] == "multiplier_array_x3u_w5s"} == {"asap7"}
    assert {c[1] for c in wanted if c[0] == "multiplier_array_x5u_w5s"} == {"asap7", "sky130hd"}
    assert not committed.duplicated(list(tables.UNITS_KEY)).any()


def test_glitches_are_what_delays_add(committed: pd.DataFrame) -> None:
    whole = committed[(committed.part == "all") & (committed.net_group == "all")]
    by_model = whole.pivot(
        index=["unit", "library", "stimulus"], columns="delay_model", values="toggles_per_op"
    )
    delayed = whole[whole.delay_model == "library"].set_index(["unit", "library", "stimulus"])
    added = by_model["library"] - by_model["zero"]
    assert (added >= 0).all()
    # Six significant digits of each.
    difference = (delayed.glitch_toggles_per_op - added).abs()
    assert (difference <= 1e-5 * by_model["library"] + 1e-9).all()
    assert (whole[whole.delay_model == "zero"].glitch_toggles_per_op == 0).all()


def test_causes_and_parts_add_up(committed: pd.DataFrame) -> None:
    causes = committed[["switching_fj", "internal_fj", "clock_fj", "leakage_fj"]].sum(axis=1)
    # Six significant digits of each.
    assert ((causes - committed.energy_fj).abs() <= 1e-5 * committed.energy_fj + 1e-9).all()
    case = ["unit", "library", "stimulus", "delay_model"]
    whole = committed[(committed.part == "all") & (committed.net_group == "all")].set_index(case)
    parts = committed[(committed.part != "all") & (committed.net_group == "all")]
    total = parts.groupby(case).energy_fj.sum()
    assert ((total / whole.energy_fj - 1).abs() < 1e-4).all()


def test_every_operation_was_checked_and_sampled_well(committed: pd.DataFrame) -> None:
    whole = committed[(committed.part == "all") & (committed.net_group == "all")]
    assert ((whole.engine == "bitparallel") & (whole.referee == "icarus")).all()
    assert (whole.referee_vectors == REFEREE_VECTORS).all()
    wanted = sweep.DEFAULT_PRECISION_PERCENT / 100 * whole.energy_fj
    # Six significant digits of each.
    assert (whole.energy_ci_fj <= (1 + 1e-5) * wanted).all()
    assert (whole.delay_ps < whole.clock_ps).all()


@pytest.mark.usefixtures("icarus")
def test_measured_again_a_sample_has_the_same_rows(committed: pd.DataFrame, tmp_path: Path) -> None:
    registry = Registry()
    cases = sweep.Choice().cases([registry.unit(name) for name in SAMPLE])
    tables.write_units(sweep.run(cases).rows, tmp_path, {})
    again = tables.read_units(tmp_path)
    wanted = committed[committed.unit.isin(SAMPLE)]
    by = list(tables.UNITS_KEY)
    pd.testing.assert_frame_equal(
        again.sort_values(by, ignore_index=True), wanted.sort_values(by, ignore_index=True)
    )


@pytest.mark.usefixtures("icarus")
def test_any_number_of_workers_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs, one and two workers: every file alike, figures and package included."""
    contents = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        subprocess.run(
            [sys.executable, "-m", "characterize", "run", "--units", "m*_x2s_w[23]s*",
             "--jobs", jobs, "--vectors", "200", "--out", str(out), "--no-cache"],
            check=True, capture_output=True, cwd=REPOSITORY,
        )  # fmt: skip
        files = sorted(path for path in out.rglob("*") if path.is_file())
        contents.append({path.relative_to(out): path.read_bytes() for path in files})
    assert len(contents[0]) == 6  # two figures a library
    assert contents[0] == contents[1]


def test_a_table_that_was_touched_or_is_of_another_time_is_refused(tmp_path: Path) -> None:
    rows = tables.read_units(RESULTS).head(3)
    tables.write_units(rows, tmp_path, {})
    assert len(tables.read_units(tmp_path)) == 3
    with (tmp_path / "units.csv").open("a") as file:
        file.write("x\n")
    with pytest.raises(CharacterizeError, match=r"not the table that datapackage\.json describes"):
        tables.read_units(tmp_path)
    package = json.loads((tmp_path / tables.PACKAGE_FILE).read_text())
    (tmp_path / tables.PACKAGE_FILE).write_text(json.dumps(package | {"version": "2.0"}))
    with pytest.raises(CharacterizeError, match=r"schema version 2\.0, this reader knows 1\.0"):
        tables.read_units(tmp_path)
    with pytest.raises(CharacterizeError, match="`nox -s characterize` writes it"):
        tables.read_units(tmp_path / "nowhere")
