"""Parquet: the table comes back, with what its columns mean."""

import importlib
import os
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from characterize.errors import CharacterizeError
from characterize.export import parquet
from characterize.export.registry import export_parquet
from characterize.export.source import read_source
from characterize.tables import UNITS
from sim.packages import PACKAGE_FILE
from tests.unit import export_table

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def arrow_parquet() -> ModuleType:
    """pyarrow; a test without it skips on a desk and fails in CI."""
    try:
        return importlib.import_module("pyarrow.parquet")
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("pyarrow is not installed")


@pytest.mark.parametrize("committed", [False, True])
def test_every_value_comes_back(arrow_parquet: ModuleType, tmp_path: Path, committed: bool) -> None:
    results = REPOSITORY / "results" if committed else export_table.write(tmp_path / "results")
    (path,) = export_parquet(results, tmp_path / "out")
    source = read_source(results)
    read = arrow_parquet.read_table(path)
    assert read.num_rows == len(source.table) > 0
    assert read.column_names == [column.name for column in UNITS]
    for column in UNITS:
        values = read.column(column.name).to_pylist()
        for value, wanted in zip(values, source.table[column.name].tolist(), strict=True):
            if pd.isna(wanted):
                assert value is None
            elif column.type == "boolean":
                assert value is (str(wanted).lower() == "true")
            else:
                assert value == wanted


def test_columns_and_file_say_what_they_are(arrow_parquet: ModuleType, tmp_path: Path) -> None:
    results = export_table.write(tmp_path)
    (path,) = export_parquet(results, tmp_path)
    schema = arrow_parquet.read_schema(path)
    for column in UNITS:
        about = schema.field(column.name).metadata
        assert about[b"description"].decode() == column.description
        assert about.get(b"unit", b"").decode() == column.unit
    assert schema.metadata[b"datapackage"].decode() == (results / PACKAGE_FILE).read_text()
    statement = schema.metadata[b"gatewatt"].decode()
    assert read_source(results).sha256 in statement
    assert "Not included: layout, wires" in statement


@pytest.mark.usefixtures("arrow_parquet")
def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    results = export_table.write(tmp_path / "results")
    (one,), (two,) = (export_parquet(results, tmp_path / name) for name in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_without_pyarrow_it_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    source = read_source(export_table.write(tmp_path))
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(CharacterizeError, match=r"pip install 'gatewatt\[parquet\]'"):
        parquet.parquet_bytes(source)
