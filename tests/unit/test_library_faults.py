"""Broken, cut-off and unsuitable Liberty files: one clear line, and nothing is written."""

import gzip
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from characterize.cli_library import import_liberty
from characterize.errors import CharacterizeError
from characterize.library_import import Imported, import_library

REPOSITORY = Path(__file__).parents[2]
EIGHT = (REPOSITORY / "tests" / "data" / "eight_cells.lib").read_text()


def refused(folder: Path, *contents: bytes, settings: Path | None = None) -> str:
    """The one line that refuses files with these contents; nothing is written."""
    files = []
    for number, content in enumerate(contents):
        files.append(folder / f"{number}.lib")
        files[-1].write_bytes(content)
    out = folder / "table.toml"
    with pytest.raises(CharacterizeError) as error:
        import_liberty(files, settings=settings, out=out, transistors=None)
    assert not out.exists()
    message = str(error.value)
    assert message
    assert "\n" not in message
    return message


def imported(folder: Path, text: str) -> Imported:
    path = folder / "changed.lib"
    path.write_text(text)
    return import_library([path], None, None)


def changed(old: str, new: str, count: int = 1) -> str:
    assert EIGHT.count(old) >= 1
    return EIGHT.replace(old, new, count)


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    end = len(EIGHT.rstrip())
    lines = [match.start() for match in re.finditer("\n", EIGHT) if match.start() < end]
    cuts = sorted({*lines, *range(0, end, 61), end - 1})
    assert len(cuts) > 400
    for cut in cuts:
        refused(tmp_path, EIGHT[:cut].encode())


def test_a_packed_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(EIGHT.encode(), mtime=0)
    for cut in range(2, len(packed), 23):
        assert "0.lib" in refused(tmp_path, packed[:cut])
    spoiled = bytearray(packed)
    spoiled[len(packed) // 2] ^= 0xFF
    assert "broken gzip file" in refused(tmp_path, bytes(spoiled))


def test_a_real_file_cut_off_is_refused(data: Path, tmp_path: Path) -> None:
    text = gzip.decompress((data / "liberty/sky130hd/sky130hd_tt.lib.gz").read_bytes())
    for cut in (1000, 100_000, 1_234_567, len(text) - 2):
        refused(tmp_path, text[:cut])


def test_a_line_that_is_lost_is_no_crash(tmp_path: Path) -> None:
    """Every line in turn: what is left imports, or is refused with one line."""
    lines = EIGHT.splitlines(keepends=True)
    messages = []
    for index in range(len(lines)):
        text = "".join(lines[:index] + lines[index + 1 :])
        try:
            imported(tmp_path, text)
        except CharacterizeError as error:
            messages.append(str(error))
    assert 0 < len(messages) < len(lines)
    assert not any("\n" in message for message in messages)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a Liberty file"),
        (b"\x7fELF\x00\x01\x02", "0.lib, line 1"),
        (b"module x (input a); endmodule", "':' or '(' expected"),
        (b"{ }", "not a Liberty file"),
        (b"library (x) { }", "capacitive_load_unit is ','"),
        (b"library (x) { capacitive_load_unit (1, pf); }", "0.lib: no cells"),
        (EIGHT.encode() + b"}", "something follows after the end of the library"),
        (EIGHT.encode() * 2, "something follows after the end of the library"),
    ],
)
def test_no_library(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('time_unit : "10ps"', 'time_unit : "10 parsec"', "time_unit is '10 parsec'"),
        ('voltage_unit : "100mV"', 'voltage_unit : "0V"', "voltage_unit is '0V'"),
        ("capacitive_load_unit (10, ff);", "", "capacitive_load_unit is ','"),
        ("(10, ff)", "(10, furlongs)", "capacitive_load_unit is '10,furlongs'"),
        ("(10, ff)", "(-10, ff)", "must be above 0"),
        ('leakage_power_unit : "10pW";', "", "leakage_power_unit is ''"),
        ("nom_voltage : 12;", "", "no nom_voltage and no operating conditions"),
        ("nom_voltage : 12;", 'include_file : "x.lib";', "includes x.lib"),
        ("nom_voltage : 12;", "slew_derate_from_library : none;", "is 'none', which is no number"),
        ("nom_voltage : 12;", "slew_lower_threshold_pct_rise : 90;", "slew thresholds of rise"),
        ('"T"; next_state : "V"', '"!T"; next_state : "V"',
         "no rising-edge flip-flop .* (found: falling-edge flip-flop, scan flip-flop)"),
        ("I'", "I", "the mapper needs an inverter, a buffer and a two-input"),
        ('function : "I"', "function : \"I'\"", "the mapper needs an inverter, a buffer"),
        ("cell (REP)", "cell (NOT)", "cell NOT is in 0.lib and again in 0.lib"),
        ("cell (REP)", "cell ()", "a cell without name"),
    ],
)  # fmt: skip
def test_what_a_library_needs(tmp_path: Path, old: str, new: str, words: str) -> None:
    message = refused(tmp_path, changed(old, new).encode())
    assert re.search(words.replace("(", r"\(").replace(")", r"\)"), message), message


def test_no_flip_flop_and_no_power_at_all(tmp_path: Path) -> None:
    without = re.sub(r"  cell \((KEEP|KEEPSCAN|HOLD)\) \{.*?\n  \}\n", "", EIGHT, flags=re.DOTALL)
    assert "(found: none at all)" in refused(tmp_path, without.encode())
    assert "no internal power in any cell" in refused(
        tmp_path, EIGHT.replace("internal_power", "external_power").encode()
    )


@pytest.mark.parametrize(
    ("old", "new", "cell", "reason"),
    [
        ("area : 4.5;", "", "DIFFER", "no area"),
        ("area : 4.5;", "area : 4.5; is_isolation_cell : true;", "DIFFER", "isolation cell"),
        ("area : 4.5;", "area : 4.5; dont_use : true;", "DIFFER", "marked dont_use"),
        ("area : 4.5;", "area : 4.5; statetable (a, b) { }", "DIFFER", "state table"),
        ("area : 4.5;", "area : 4.5; bus (X) { }", "DIFFER", "pins in buses"),
        ("cell (DIFFER)", 'cell ("DIF-FER")', "DIF-FER", "a name that Verilog"),
        ('function : "P^Q";', "", "DIFFER", "no function of output R"),
        ('function : "P^Q";', 'function : "P^"; ', "DIFFER", "is not a Boolean function"),
        ('function : "P^Q";', 'function : "P^Z";', "DIFFER", "function of Z, which is no input"),
        ('function : "P^Q";', 'function : "P";', "DIFFER", "input Q has no part in the function"),
        ('function : "P^Q";', 'function : "P^Q"; three_state : "Q";', "DIFFER", "tri-state"),
        ("capacitance : 0.22;", "", "DIFFER", "pin Q has no capacitance"),
        ("capacitance : 0.22;", "capacitance : nan;", "DIFFER", "pin Q has no capacitance"),
        ('when : "Q";', 'related_pg_pin : "VDD";', "DIFFER", "no pg_pin says which"),
        ('related_pin : "Q";', 'related_pin : "P";', "DIFFER", "no delay from Q"),
        ('related_pin : "Q";', 'related_pin : "Q R";', "DIFFER", "related to R, which is no input"),
        ("fall_transition", "fall_something", "DIFFER", "delays from P to R without output slews"),
        ("cell_fall", "cell_something", "DIFFER", "delays from P to R without output slews"),
        ('values ("', 'values ("5, ', "DIFFER", "10 values for axes of [3, 3]"),
        ('values ("', 'values ("x', "DIFFER", "not a list of numbers"),
        ("(by_slew_and_load) { values (", '(by_slew_and_load) { index_1 ("4, 4, 16"); values (',
         "DIFFER", "an axis of the table does not ascend"),
        ("(by_slew_and_load)", "(by_weather)", "DIFFER", "template 'by_weather' is not in"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_used_is_left_out_with_its_reason(
    tmp_path: Path, old: str, new: str, cell: str, reason: str
) -> None:
    name = cell.replace("-", "")
    start = EIGHT.index(f"  cell ({name})")
    end = EIGHT.index("\n  }\n", start)
    assert old in EIGHT[start:end]
    text = EIGHT[:start] + EIGHT[start:end].replace(old, new, 1) + EIGHT[end:]
    result = imported(tmp_path, text)
    assert cell not in result.library.cells
    (found,) = [why for why, cells in result.report.left_out.items() if cell in cells]
    assert reason in found


def test_cells_that_are_named_must_be_there_and_of_use(tmp_path: Path) -> None:
    check = _named_settings(tmp_path)
    assert check('"KEEP"', '"KEEPSCAN"').endswith(
        "cannot be used: scan flip-flop; take another one"
    )
    assert "NEITHER" in check('"NOTBOTH"', '"NEITHER"')
    assert "no internal power" in check('"NOTBOTH"', '"NEITHER"')
    assert "cells not found in the Liberty files: NAND" in check('"NOTBOTH"', '"NAND"')
    assert "has no rising-edge flip-flop" in check(', "KEEP"', "")
    assert "the mapper needs an inverter, a buffer" in check('"NOTBOTH", ', "")
    assert "cells named twice: KEEP" in check('"KEEP"', '"KEEP", "KEEP"')
    assert "driving_cell DIFFER is not among its cells" in check('"REP"\n', '"DIFFER"\n')
    assert "tie_high NOT O is no output" in check(
        "[synthesis]", '[synthesis]\ntie_high = ["NOT", "O"]'
    )
    assert "a cell and its pin each" in check("[synthesis]", '[synthesis]\ntie_low = ["NOT"]')
    assert "vdd_v is 1.1, but the figures" in check("vdd_v = 1.2", "vdd_v = 1.1")
    assert "clock_ps is -5, a positive number" in check("clock_ps = 2000", "clock_ps = -5")
    assert "conditions must be vdd_v" in check("clock_ps", "clock")
    assert "name must be a word" in check('name = "hand"', 'name = "by hand"')
    assert "cells must be a list of names" in check("cells = [", "cells = [1, ")
    assert "lacks cells" in check("cells = [", "gates = [")


def _named_settings(folder: Path) -> Callable[[str, str], str]:
    text = """name = "hand"
cells = ["NOT", "REP", "NOTBOTH", "KEEP"]
source = {}
[conditions]
vdd_v = 1.2
temperature_c = 85
clock_ps = 2000
input_slew_ps = 30
wire_ff_per_fanout = 0
delay_step_ps = 2
[synthesis]
driving_cell = "REP"
abc_script = "x"
"""
    path = folder / "settings.toml"
    path.write_text(text)
    (folder / "fine.lib").write_text(EIGHT)
    assert list(import_library([folder / "fine.lib"], path, None).library.cells)[3] == "KEEP"

    def check(old: str, new: str) -> str:
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return refused(folder, EIGHT.encode(), settings=path)

    return check


def test_files_that_do_not_belong_together(tmp_path: Path) -> None:
    head = EIGHT[: EIGHT.index("  cell (NOT)")]
    one = EIGHT.encode()
    assert "cell NOT is in 0.lib and again in 1.lib" in refused(tmp_path, one, one)
    other = (head + "  slew_upper_threshold_pct_rise : 90;\n}\n").encode()
    assert "1.lib: slew_upper_threshold_pct_rise is 90, in 0.lib it is 80" in refused(
        tmp_path, one, other
    )
    other = (head.replace("nom_voltage : 12", "nom_voltage : 9") + "}\n").encode()
    assert "1.lib: supply 0.9 V, in 0.lib it is 1.2 V" in refused(tmp_path, one, other)


def test_files_that_cannot_be_read_and_names_of_no_table(tmp_path: Path) -> None:
    out = tmp_path / "table.toml"
    for path, words in ((tmp_path / "none.lib", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(CharacterizeError, match=words):
            import_liberty([path], settings=None, out=out, transistors=None)
    with pytest.raises(CharacterizeError, match=r"ends in \.toml"):
        import_liberty([tmp_path], settings=None, out=tmp_path / "table", transistors=None)
    assert not out.exists()


def test_transistor_counts_that_lack_a_cell(tmp_path: Path) -> None:
    (tmp_path / "fine.lib").write_text(EIGHT)
    counts = tmp_path / "transistors.csv"
    counts.write_text("cell,transistors\nNOT,2\nREP,4\nNOTBOTH,4\nKEEP,24\n")
    with pytest.raises(CharacterizeError, match="no line for DIFFER"):
        import_library([tmp_path / "fine.lib"], None, counts)
    counts.write_text("cell,transistors\nNOT,two\n")
    with pytest.raises(CharacterizeError, match="with whole numbers"):
        import_library([tmp_path / "fine.lib"], None, counts)


def test_the_command_ends_with_one_line_and_status_1(tmp_path: Path) -> None:
    (tmp_path / "cut.lib").write_text(EIGHT[:3000])
    command = ["library", "import", str(tmp_path / "cut.lib"), "--out", str(tmp_path / "t.toml")]
    run = subprocess.run(
        [sys.executable, "-m", "characterize", *command],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
    )  # fmt: skip
    assert run.returncode == 1
    assert re.fullmatch(r"error: cut\.lib, line \d+: [^\n]+\n", run.stderr)
    assert run.stdout == ""
    assert not (tmp_path / "t.toml").exists()
