"""Exports of a table of plain figures are, byte for byte, the golden files.

All but the hash of the table, which grows with its columns. GATEWATT_UPDATE_GOLDEN=1
writes them, prints the difference, and fails that run.
"""

import difflib
import hashlib
import os
from pathlib import Path

import pytest

from characterize.export.registry import FOLDER, TABLES, export_all
from tests.unit import export_table

GOLDEN = Path(__file__).parents[1] / "data" / "export"
# Of the many files of Accelergy's one of each kind.
_ACCELERGY = ("accumulator", "adder_ripple", "mac_array", "multiplier_serial", "pann")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_table.write(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def exported(results: Path) -> dict[str, bytes]:
    """Path below the exports' folder -> bytes."""
    paths = export_all(results)
    assert len(set(paths)) == len(paths)
    every = {path for path in (results / FOLDER).rglob("*") if path.is_file()}
    assert every == set(paths)
    return {path.relative_to(results / FOLDER).as_posix(): path.read_bytes() for path in paths}


def test_every_export_of_tables_is_there(exported: dict[str, bytes]) -> None:
    assert {name.split("/")[0] for name in exported} == set(TABLES)


@pytest.mark.parametrize(
    "name",
    [
        *(f"accelergy/asap7/gatewatt_{component}.csv" for component in _ACCELERGY),
        "accelergy/sky130hd/gatewatt_multiplier_array.csv",
        "hwcomponents/hwcomponents_gatewatt.py",
        "qtools/qtools.json",
        "zigzag/asap7.yaml",
        "zigzag/sky130hd.yaml",
    ],
)
def test_bytes_are_the_golden_ones(results: Path, exported: dict[str, bytes], name: str) -> None:
    # Modules of tests are collected; this one is none.
    path = GOLDEN / (f"{name}.golden" if name.endswith(".py") else name)
    wanted = path.read_bytes() if path.is_file() else b""
    digest = hashlib.sha256((results / "units.csv").read_bytes()).hexdigest().encode()
    assert exported[name].count(digest) == 1
    found = exported[name].replace(digest, b"(of the table)")
    if found == wanted:
        return
    before, after = (text.decode().splitlines(keepends=True) for text in (wanted, found))
    difference = "".join(difflib.unified_diff(before, after, "golden", "exported"))
    if os.environ.get("GATEWATT_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(found)
    pytest.fail(difference)


def test_every_file_says_where_it_is_from(exported: dict[str, bytes]) -> None:
    for name, content in exported.items():
        text = content.decode()
        library = "sky130hd" if "sky130hd" in name else "asap7"
        for word in (
            f"ibrary {library}: ", "stimulus uniform, seed 1", "delay model library (step 2",
            "engine bitparallel", "Not included: layout, wires beyond", "clock tree, memories",
            "units.csv, SHA-256 ",
        ):  # fmt: skip
            assert word in text, (name, word)


def test_the_same_results_give_the_same_bytes(exported: dict[str, bytes], tmp_path: Path) -> None:
    results = export_table.write(tmp_path / "elsewhere")
    again = {
        path.relative_to(results / FOLDER).as_posix(): path.read_bytes()
        for path in export_all(results)
    }
    assert again == exported
