"""What is taken for a netlist of others, and what becomes of one."""

from pathlib import Path

import pytest

from tests.foreign import run
from tests.foreign.packages import SOURCES, WHEELS, Foreign, netlists, top_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forks beside threads


def test_top_modules(tmp_path: Path) -> None:
    path = tmp_path / "b.v"
    for text, top in (
        ("module a(); endmodule module b(); a x(); endmodule", "b"),
        ("module c(); d x(); endmodule\nmodule d(); endmodule", "c"),
        ("// module e\n/* module f */ module g(); endmodule", "g"),
        ("`define X 1", None),
    ):
        path.write_text(text)
        assert top_of(path) == top


def test_netlists_of_the_packages(tmp_path: Path) -> None:
    places = ("wheels/circuitgraph/netlists", "generated",
              *(f"sources/{source.replace('==', '-')}" for source in SOURCES))  # fmt: skip
    for place in places:
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "m.v").write_text("module m(); endmodule")
        (tmp_path / place / "bench.v").write_text("module t(); initial $finish; endmodule")
    found = list(netlists(tmp_path))
    assert [each.package for each in found] == [WHEELS[0], WHEELS[1], *SOURCES]
    assert {each.top for each in found} == {"m"}


@pytest.mark.usefixtures("icarus")
def test_what_becomes_of_netlists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        "good": "module good(a, b, y); input a, b; output y; nand (y, a, b); endmodule",
        "loop": "module loop(a, y); input a; output y; nand (y, a, y); endmodule",
        "broken": "module broken(a, y); input a; output y; ERROR endmodule",
    }
    rows = []
    for name, text in texts.items():
        path = tmp_path / f"{name}.v"
        path.write_text(text)
        rows.append(run.measured(Foreign("p", path, name)))
    assert [row["outcome"] for row in rows] == ["characterized", "refused", "refused"]
    assert rows[0]["cells"] == 1
    assert "combinational loop" in str(rows[1]["reason"])
    assert "syntax error" in str(rows[2]["reason"])
    foreign = Foreign("p", tmp_path / "good.v", "good")
    assert run.measured(foreign, seconds=0.05)["outcome"] == "late"

    def raised(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(run, "measure_verilog", raised)
    assert "KeyError" in str(run.measured(foreign)["reason"])
