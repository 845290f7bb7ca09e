"""`python -m characterize export`: what it writes, and what it refuses in one line."""

from pathlib import Path

import pytest
import typer

from characterize import cli_export
from characterize.errors import CharacterizeError
from characterize.export.registry import NAMES, TABLES
from characterize.simulators.icarus import Icarus
from tests.unit import export_table

ACCELERATOR = "operational_array:\n  unit_energy: 0.04 # pJ\n  unit_area: 1\n"


def export(*arguments: str) -> None:
    """The command; its errors are raised, as `characterize.cli.main` wants them."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(cli_export.export)
    app(list(arguments), standalone_mode=False)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return export_table.write(tmp_path / "results")


def written(capsys: pytest.CaptureFixture[str]) -> list[Path]:
    """Files that the command named; they are there."""
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("export: ") for line in lines)
    paths = [Path(line.removeprefix("export: ")) for line in lines]
    assert paths
    assert all(path.stat().st_size for path in paths)
    return paths


@pytest.mark.parametrize("name", TABLES)
def test_tables_go_beside_the_results(
    results: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    export("--to", name, "--results", str(results))
    paths = written(capsys)
    assert all(path.is_relative_to(results / "exports" / name) for path in paths)


def test_one_library_somewhere_else(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export("--to", "zigzag", "--results", str(results), "--library", "sky130hd",
           "--out", str(tmp_path / "out"))  # fmt: skip
    assert written(capsys) == [tmp_path / "out" / "sky130hd.yaml"]
    assert "asap7" not in (tmp_path / "out" / "sky130hd.yaml").read_text()


def test_accelerator_of_zigzag(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yaml").write_text(ACCELERATOR)
    export("--to", "zigzag", "--results", str(results), "--unit", "mac_array_x4s_w4s_a32",
           "--accelerator", str(tmp_path / "mine.yaml"))  # fmt: skip
    (path,) = written(capsys)
    assert path == results / "exports" / "zigzag" / "mine.yaml"
    assert "unit_energy: 0.248 # mac_array_x4s_w4s_a32, asap7" in path.read_text()
    assert (tmp_path / "mine.yaml").read_text() == ACCELERATOR


@pytest.mark.usefixtures("icarus")
@pytest.mark.parametrize(
    ("name", "suffixes"), [("saif", [".saif"]), ("netlist", [".v", "_cells.v", ".sdf"])]
)
def test_exports_of_a_unit_need_no_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, suffixes: list[str]
) -> None:
    unit = "adder_ripple_x4s_y4s"
    export("--to", name, "--unit", unit, "--vectors", "50", "--seed", "7",
           "--results", str(tmp_path / "none"))  # fmt: skip
    folder = tmp_path / "none" / "exports" / name
    paths = written(capsys)
    assert paths == [folder / f"{unit}{suffix}" for suffix in suffixes]
    assert "seed 7, 50 operations" in paths[0].read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "spice"], f"unknown export 'spice': known are {', '.join(NAMES)}"),
        (["--to", "saif"], "--to saif is of one unit: give --unit NAME"),
        (["--to", "netlist"], "--to netlist is of one unit: give --unit NAME"),
        (["--to", "zigzag", "--accelerator", "a.yaml"], "is of one unit: give --unit NAME"),
        (["--to", "qtools", "--unit", "x"], "--to qtools takes no --unit"),
        (["--to", "zigzag", "--unit", "x"], "--to zigzag takes no --unit"),
        (["--to", "parquet", "--accelerator", "a.yaml"], "--to parquet takes no --accelerator"),
        (["--to", "saif", "--unit", "x"], "unknown unit 'x'"),
        (["--to", "zigzag", "--stimulus", "relu"], "no row with relu operands and library delays"),
        (["--to", "accelergy", "--library", "x"], "no row with x, uniform operands"),
    ],
)
def test_what_does_not_fit_is_one_line_and_writes_nothing(
    results: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(CharacterizeError) as caught:
        export(*arguments, "--results", str(results), "--out", str(out))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--stimulus", "spikes"],
        ["--delays", "sdf"],
        ["--library", "tsmc5"],
        ["--delays", "zero", "--to", "netlist"],
    ],
)
def test_choices_of_a_run_that_are_none(
    tmp_path: Path, icarus: Icarus, arguments: list[str]
) -> None:
    assert icarus.is_referee
    out = tmp_path / "out"
    with pytest.raises(CharacterizeError):
        export("--to", "saif", "--unit", "adder_ripple_x2u_y2u", "--vectors", "10",
               "--out", str(out), *arguments)  # fmt: skip
    assert not out.exists()


def test_a_folder_that_cannot_be_written_is_one_line(results: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CharacterizeError, match="cannot write it"):
        export("--to", "qtools", "--results", str(results), "--out", str(tmp_path / "file"))
