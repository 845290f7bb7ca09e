"""Every committed table is described as code describes it, and written again it is the same."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from characterize.network.array_table import ARRAYS
from sim.optimize_table import OPTIMIZED
from sim.packages import PACKAGE_FILE, hash_of
from sim.pruning.confirmation import rows_of
from sim.pruning.kept_files import kept_files
from sim.pruning.powerpruning_table import POWERPRUNING
from sim.tables import Table
from tests.golden.describe import COMMITTED, RESULTS, described

# What consumers get, in their own formats, and what a partial run leaves.
OTHERS = {"exports", "partial"}
_SAMPLED = 5000  # lines of a table; of more, one in so many is looked at
_ONE_IN = 40


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((RESULTS / PACKAGE_FILE).read_text(encoding="utf-8"))
    return content


def test_every_table_is_described_and_every_description_has_its_table(
    package: dict[str, Any],
) -> None:
    paths = (path.relative_to(RESULTS) for path in RESULTS.rglob("*.csv"))
    there = {path.as_posix() for path in paths if path.parts[0] not in OTHERS}
    described = [resource["path"] for resource in package["resources"]]
    assert sorted(described) == sorted(there)
    assert there == set(COMMITTED)
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    # They are what `python -m characterize run` made, and are held against its provenance.
    assert described[0] == "units.csv"


@pytest.mark.parametrize("path", COMMITTED)
def test_a_description_is_that_of_the_code_and_of_the_file(
    package: dict[str, Any], path: str
) -> None:
    """Other words for a column: `python -m tests.golden.describe`."""
    content = (RESULTS / path).read_bytes()
    (resource,) = (each for each in package["resources"] if each["path"] == path)
    assert resource == described(path)
    assert resource["hash"] == hash_of(content)
    assert resource["bytes"] == len(content)
    header = content.split(b"\n", maxsplit=1)[0].decode().split(",")
    assert header == [field["name"] for field in resource["schema"]["fields"]]


@pytest.mark.parametrize("path", COMMITTED)
def test_written_again_a_table_is_the_same(path: str, tmp_path: Path) -> None:
    table, content = COMMITTED[path], (RESULTS / path).read_bytes()
    lines = content.splitlines(keepends=True)
    if len(lines) > _SAMPLED:
        content = b"".join([lines[0], *lines[1::_ONE_IN]])
    table.path(tmp_path).write_bytes(content)
    rows = table.read(tmp_path)
    assert len(rows) == content.count(b"\n") - 1
    assert not rows.duplicated(list(table.key)).any()
    # Booleans are written as they come: in some tables as True, in others as true.
    booleans = [column.name for column in table.columns if column.type == "boolean"]
    texts = pd.read_csv(table.path(tmp_path), dtype=str, usecols=[*booleans, table.key[0]])
    assert table.content(rows.assign(**{name: texts[name] for name in booleans})) == content
    assert table.replace(rows.head(0), tmp_path) == len(rows)
    assert table.path(tmp_path).read_bytes() == content


@pytest.mark.parametrize(
    "table", [*COMMITTED.values(), ARRAYS, OPTIMIZED], ids=lambda table: table.name
)
def test_columns_say_what_they_are(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    for column in table.columns:
        assert column.type in {"string", "integer", "number", "boolean"}, column.name
        assert column.description, column.name
        # A unit that the name states is that of the column.
        for ending, unit in (("_fj", "fJ"), ("_ps", "ps"), ("_v", "V"), ("_percent", "%")):
            if column.name.endswith(ending):
                assert column.unit == unit, column.name


def test_tables_with_an_order_have_it(tmp_path: Path) -> None:
    for path in ("powerpruning.csv", "sweeps/resnet20_cifar10_trained.csv"):
        table = COMMITTED[path]
        rows = table.read((RESULTS / path).parent)
        table.replace(rows.sample(frac=1, random_state=1), tmp_path, order=table.key)
        assert table.path(tmp_path).read_bytes() == (RESULTS / path).read_bytes()


def test_every_row_of_powerpruning_has_its_kept_values() -> None:
    table = POWERPRUNING.read(RESULTS)
    found: list[int] = []
    for kept in kept_files(RESULTS):
        rows = rows_of(kept, table)
        assert "table" in set(rows.energy_from), kept.path
        assert (rows.weights_kept == len(kept.weights)).all()
        if kept.activations is not None:
            assert (rows.activations_kept == len(kept.activations)).all()
        assert kept.path.stem.startswith(f"{kept.row['network']}_{kept.row['method']}_")
        found += rows.index.tolist()
    assert sorted(found) == table.index.tolist()
