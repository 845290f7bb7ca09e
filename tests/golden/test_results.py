"""The committed results: whole, up to date, and the same bytes whenever they are made."""

import hashlib
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
from characterize.export.registry import export_all
from characterize.models import formulas, width_tables
from characterize.models.file import fit, read_models
from characterize.models.operand_statistics import KINDS
from characterize.simulators.referee import FEWEST_REFEREE_VECTORS, REFEREE_VECTORS
from characterize.units import Registry
from sim import packages

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
    package = json.loads((RESULTS / packages.PACKAGE_FILE).read_text())
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
    assert whole.referee_vectors.between(FEWEST_REFEREE_VECTORS, REFEREE_VECTORS).all()
    wanted = sweep.DEFAULT_PRECISION_PERCENT / 100 * whole.energy_fj
    # Six significant digits of each.
    assert (whole.energy_ci_fj <= (1 + 1e-5) * wanted).all()
    assert (whole.delay_ps < whole.clock_ps).all()


@pytest.mark.usefixtures("icarus")
@pytest.mark.parametrize("what", ["quick", "sample"])
def test_measured_again_rows_are_the_same(
    committed: pd.DataFrame, tmp_path: Path, what: str
) -> None:
    """All of `--quick`, and a sample of the other library and stimuli."""
    registry = Registry()
    if what == "quick":
        cases = sweep.QUICK.cases(registry.select(which="quick"))
    else:
        units = [registry.unit(name) for name in SAMPLE]
        cases = [c for c in sweep.Choice().cases(units) if c.library != "asap7"]
    tables.write_units(sweep.run(cases).rows, tmp_path, {})
    again = tables.read_units(tmp_path)
    case = ["unit", "library", "stimulus", "delay_model"]
    wanted = committed.merge(again[case].drop_duplicates(), on=case)
    by = list(tables.UNITS_KEY)
    pd.testing.assert_frame_equal(
        again.sort_values(by, ignore_index=True), wanted.sort_values(by, ignore_index=True)
    )


def test_models_and_exports_are_of_the_table(committed: pd.DataFrame, tmp_path: Path) -> None:
    package = json.loads((RESULTS / packages.PACKAGE_FILE).read_text())
    hashes = {resource["name"]: resource["hash"] for resource in package["resources"]}
    models = read_models(RESULTS)
    assert models["provenance"]["units"] == hashes["units"]
    kept = [m for m in models["models"] if m["kind"] in ("width_table", "closed_form")]
    whole = committed[(committed.part == "all") & (committed.net_group == "all")]
    made = [*width_tables.entries(committed), *formulas.entries(whole)]
    assert json.loads(json.dumps(made)) == kept
    weights = (RESULTS / "weights.csv").read_bytes()
    assert f"sha256:{hashlib.sha256(weights).hexdigest()}" == hashes["weights"]
    for name in ("units.csv", packages.PACKAGE_FILE):
        (tmp_path / name).write_bytes((RESULTS / name).read_bytes())
    exported = {path.relative_to(tmp_path): path.read_bytes() for path in export_all(tmp_path)}
    there = (path for path in (RESULTS / "exports").rglob("*") if path.is_file())
    assert exported == {path.relative_to(RESULTS): path.read_bytes() for path in there}


def test_models_of_a_unit_fitted_again_are_the_same() -> None:
    unit = Registry().unit("mac_array_x2u_w2s_a32")
    kept = read_models(RESULTS)["models"]
    again = fit([(unit, "asap7")]).models
    wanted = [m for m in kept if m.get("unit") == unit.name and m.get("library") == "asap7"
              and m["kind"] in KINDS]  # fmt: skip
    assert len(again) == len(wanted) == 4
    for ours, theirs in zip(again, wanted, strict=True):
        assert ours["error"]["held_out"]["mean_percent"] == pytest.approx(
            theirs["error"]["held_out"]["mean_percent"], rel=1e-3
        )
        assert ours["coefficients_fj"] == pytest.approx(
            theirs["coefficients_fj"], rel=1e-3, abs=1e-3
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
    package = json.loads((tmp_path / packages.PACKAGE_FILE).read_text())
    (tmp_path / packages.PACKAGE_FILE).write_text(json.dumps(package | {"version": "2.0"}))
    with pytest.raises(CharacterizeError, match=r"schema version 2\.0, this reader knows 1\.0"):
        tables.read_units(tmp_path)
    with pytest.raises(CharacterizeError, match="`nox -s characterize` writes it"):
        tables.read_units(tmp_path / "nowhere")
