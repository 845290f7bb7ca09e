"""Tables: rows take the place of their like, others keep their bytes, packages describe them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SimError
from sim.packages import PACKAGE_FILE, hash_of, new_package
from sim.tables import Table, columns, like

SOME = Table(
    "Some net",
    columns(
        """
who    | string  |    | whose, "quoted" and all
turn   | integer |    | which
share  | number  | %  | how much of it
right  | boolean |    | whether
value  | number  | fJ | what
"""
    ),
    ("who", "turn", "share"),
    "it",
)


class OtherError(Exception):
    """Of another package."""


def rows(*found: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=SOME.names)


def package(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / PACKAGE_FILE).read_text(encoding="utf-8"))
    return content


def text(folder: Path, table: Table = SOME) -> list[str]:
    return table.path(folder).read_text(encoding="utf-8").splitlines()[1:]


def test_what_is_written_is_what_rows_say() -> None:
    """Digits of numbers, all those of integers, in the columns' order."""
    given = rows(("a", 1234567, 1 / 3, True, 1e7 / 3), ("b, c", None, 100, False, None))
    content = SOME.content(given[reversed(SOME.names)])
    assert content == (
        b'who,turn,share,right,value\na,1234567,0.333333,True,3.33333e+06\n"b, c",,100,False,\n'
    )
    assert replace(SOME, digits=2).content(given).splitlines()[1] == b"a,1234567,0.33,True,3.3e+06"


def test_integers_beyond_those_of_floats_are_written_as_numbers() -> None:
    made = SOME.content(rows(("A", 1e26, 1.0, True, 2.0), ("B", np.nan, 1.0, True, 2.0)))
    assert made.decode().splitlines()[1:] == ["A,1e+26,1,True,2", "B,,1,True,2"]


def test_a_description_has_every_column(tmp_path: Path) -> None:
    SOME.write(rows(("a", 1, 2.0, True, 3.0)), tmp_path)
    (resource,) = package(tmp_path)["resources"]
    content = SOME.path(tmp_path).read_bytes()
    assert resource["path"] == "Some net.csv"
    assert resource["name"] == "some-net"  # as the standard wants names
    assert (resource["hash"], resource["bytes"]) == (hash_of(content), len(content))
    assert resource["sources"] == [{"title": "it"}]
    schema = resource["schema"]
    assert schema["primaryKey"] == ["who", "turn", "share"]
    assert [field["name"] for field in schema["fields"]] == SOME.names
    assert schema["fields"][0] == {
        "name": "who", "type": "string", "description": 'whose, "quoted" and all',
    }  # fmt: skip
    assert schema["fields"][4] == {
        "name": "value", "type": "number", "description": "what", "unit": "fJ",
    }  # fmt: skip
    assert "sources" not in replace(SOME, made_by=None).described(content)


# Texts that a CSV file may spoil; no line ends, which no name has.
_WORDS = st.text(st.sampled_from("a,\"'; |é1.0#"), min_size=1, max_size=4) | st.sampled_from(
    ["NA", "nan", "None", "007", "1e3", "True", "inf"]
)
_ROW = st.tuples(
    _WORDS,
    st.none() | st.integers(-2, 2) | st.integers(0, 10**9),
    st.none() | st.sampled_from([0.0, 0.5, 1.0, 2.0, 1 / 3, 10.0, 1e-9]),
    st.booleans(),
    st.none() | st.floats(-1e9, 1e9),
)


def _key(row: tuple[Any, ...]) -> tuple[Any, ...]:
    share = row[2]
    return row[0], row[1], None if share is None else float(f"{share:.6g}")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_ROW, min_size=1, max_size=3), min_size=1, max_size=4))
def test_puts_are_those_of_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, puts: list[list[tuple[Any, ...]]]
) -> None:
    """Rows in place of those of the same key, wherever they come from; the newest at the end."""
    folder = tmp_path_factory.mktemp("puts")
    kept: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for put in puts:
        for row in put:
            kept.pop(_key(row), None)
            kept[_key(row)] = row
        assert SOME.replace(rows(*put), folder) == len(kept)
    found = SOME.read(folder)
    assert found.who.tolist() == [row[0] for row in kept.values()]
    assert [None if pd.isna(n) else int(n) for n in found.turn] == [r[1] for r in kept.values()]
    assert found.right.tolist() == [row[3] for row in kept.values()]
    for name, place in (("share", 2), ("value", 4)):
        wanted = [row[place] for row in kept.values()]
        texts = ["" if value is None else f"{value:.6g}" for value in wanted]
        assert ["" if pd.isna(value) else f"{value:.6g}" for value in found[name]] == texts
    assert package(folder)["resources"][0]["hash"] == hash_of(SOME.path(folder).read_bytes())


def test_other_rows_keep_their_bytes(tmp_path: Path) -> None:
    """Whatever digits, and ways to say true, they were written with."""
    lines = ["old,1,0.50000001,true,7e0", 'x,2,,False,"1"', "new,3,1,TRUE,-0.0"]
    SOME.path(tmp_path).write_text("\n".join([",".join(SOME.names), *lines]) + "\n")
    assert SOME.replace(rows(("new", 3.0, 1, False, 2)), tmp_path) == 3
    assert text(tmp_path) == [lines[0], "x,2,,False,1", "new,3,1,False,2"]


def test_rows_agree_in_the_columns_that_are_asked_for(tmp_path: Path) -> None:
    SOME.replace(rows(*((who, turn, 1, True, turn) for who in "ab" for turn in (1, 2))), tmp_path)
    assert SOME.replace(rows(("a", 9, 1, True, 9)), tmp_path, ("who",)) == 3
    assert [line[:3] for line in text(tmp_path)] == ["b,1", "b,2", "a,9"]


def test_an_order_is_that_of_numbers_with_empty_fields_first(tmp_path: Path) -> None:
    given = rows(("b", 10, 1, True, 1), ("b", 9, 1, True, 1), ("b", None, 1, True, 1),
                 ("B", 9, 1, True, 1), (None, 1, 1, True, 1), ("b", 9, 0.5, False, 1))  # fmt: skip
    SOME.replace(given.iloc[:3], tmp_path)
    SOME.replace(given.iloc[3:], tmp_path, order=("who", "turn", "right"))
    assert [line.rsplit(",", 3)[0] for line in text(tmp_path)] == [
        ",1", "B,9", "b,", "b,9", "b,9", "b,10"
    ]  # fmt: skip
    assert text(tmp_path)[3] == "b,9,0.5,False,1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("who,turn,share,right\n", r"Some net\.csv: lacks the column value; remove it"),
        ("who,turn,share,right,value,more\n", "has the unknown column more; use the version"),
        (
            "who,turn,share,right,value\na,1.5,1,True,1\n",
            "line 2: turn is '1.5', which is no whole",
        ),
        ("who,turn,share,right,value\na,1,x,True,1\n", "line 2: share is 'x', which is no finite"),
        ("who,turn,share,right,value\na,1,1,5,1\n", "right is '5', which is neither true nor"),
        ("who,turn,share,right,value\na,1,1,True,1,1\n", "cannot read it"),
        ("who,turn,share,right,value\na,1,1,True,inf\n", "value is 'inf', which is no finite"),
    ],
)
def test_another_table_is_left_as_it_is(tmp_path: Path, content: str, message: str) -> None:
    SOME.path(tmp_path).write_text(content)
    for failure in (SimError, OtherError):
        with pytest.raises(failure, match=message):
            replace(SOME, failure=failure).replace(rows(("a", 1, 1, True, 1)), tmp_path)
    assert SOME.path(tmp_path).read_text() == content
    assert [path.name for path in tmp_path.iterdir()] == ["Some net.csv"]


def test_reading_names_the_command_and_keeps_later_columns(tmp_path: Path) -> None:
    with pytest.raises(SimError, match=r"cannot read it: No such file or directory; `it` writes"):
        SOME.read(tmp_path)
    SOME.path(tmp_path).write_text("who,turn,share,right,value,more\n007,1,,true,2,x\n")
    found = SOME.read(tmp_path)
    assert found.who.tolist() == ["007"]
    assert found.more.tolist() == ["x"]
    assert np.isnan(found.share[0])


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OtherError, match="file/in: cannot write to it"):
        replace(SOME, failure=OtherError).write(
            rows(("a", 1, 1, True, 1)), tmp_path / "file" / "in"
        )


def test_numbers_and_empty_fields_are_alike_as_files_have_them() -> None:
    ours = pd.DataFrame({"a": [1, 2, 3, 4], "b": [0.1 + 0.2, np.nan, 1.0, 2.0]})
    theirs = pd.DataFrame({"b": [0.3, None, 1.1], "a": [1.0, 2.0, 3.0]})
    assert like(ours, theirs, ("a", "b")).tolist() == [True, True, False, False]
    assert like(ours, theirs.head(0), ("a",)).tolist() == [False] * 4
    assert like(ours.head(0), theirs, ("a",)).tolist() == []


def test_each_table_keeps_its_place_in_the_package(tmp_path: Path) -> None:
    for name in ("one", "two", "three", "two"):
        replace(SOME, name=name).replace(rows((name, 1, 1, True, 1)), tmp_path)
    assert [r["path"] for r in package(tmp_path)["resources"]] == [
        "one.csv",
        "two.csv",
        "three.csv",
    ]


INNER = replace(SOME, name="net", inner=True)


def test_a_folder_within_results_is_described_by_their_package(tmp_path: Path) -> None:
    SOME.write(rows(("a", 1, 1, True, 1)), tmp_path)
    for value in (1, 2):
        INNER.replace(rows(("a", 1, 1, True, value)), tmp_path / "sweeps")
    found = package(tmp_path)["resources"]
    assert [(r["name"], r["path"]) for r in found] == [
        ("some-net", "Some net.csv"), ("sweeps/net", "sweeps/net.csv")
    ]  # fmt: skip
    assert found[1]["hash"] == hash_of((tmp_path / "sweeps" / "net.csv").read_bytes())
    assert [path.name for path in (tmp_path / "sweeps").iterdir()] == ["net.csv"]


@pytest.mark.parametrize("above", ["nothing", "another's", "no package", "its own too"])
def test_else_a_folder_has_a_package_of_its_own(tmp_path: Path, above: str) -> None:
    """Nobody else's package is touched."""
    content = {
        "another's": json.dumps({"name": "weather", "resources": []}), "no package": "[1",
        "its own too": json.dumps(new_package()),
    }  # fmt: skip
    folder = tmp_path / "sweeps"
    if above in content:
        (tmp_path / PACKAGE_FILE).write_text(content[above])
    if above == "its own too":
        SOME.write(rows(("a", 1, 1, True, 1)), folder)
    INNER.write(rows(("a", 1, 1, True, 1)), folder)
    assert package(folder)["resources"][-1]["path"] == "net.csv"
    if above in content:
        assert (tmp_path / PACKAGE_FILE).read_text() == content[above]


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"resources": 3}', '{"resources": [3, {"title": "mine"}]}', '"x"']
)
def test_a_spoiled_package_is_made_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / PACKAGE_FILE).write_text(content)
    SOME.write(rows(("a", 1, 1, True, 1)), tmp_path)
    found = package(tmp_path)
    assert found["name"] == "gatewatt-results"
    assert found["resources"][-1]["path"] == "Some net.csv"
