"""The report: its numbers are those of the table, its page is whole, the same bytes twice."""

import csv
import json
import math
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from characterize import observations, tables
from characterize.cli_report import report
from characterize.errors import CharacterizeError
from characterize.figures.panels import Curve, curves
from characterize.models.file import write_models
from characterize.network import array_table
from characterize.network.array_energies import ArrayEnergy
from characterize.network.energies import CAUSES, LayerEnergy, total
from characterize.network.layers import Gates
from characterize.network.table import Subject, rows_of, write_rows
from characterize.report import plots
from characterize.report.build import write_report
from characterize.report.inline import drawing, inline
from characterize.report.plots_of_pruning import pruning
from sim import packages
from sim.pruning.powerpruning_table import POWERPRUNING

RESULTS = Path(__file__).parents[2] / "results"
VOID = {"meta", "link", "input", "br"}
# Their end may be left out.
OPEN = {"li", "td", "tr"}


class Page(HTMLParser):
    """What a browser would have: elements with their attributes and own text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[list[str]] = []
        self._open: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in OPEN and self._open and self.elements[self._open[-1]][0] == tag:
            self._open.pop()
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append([])
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.elements[self._open[-1]][0] != tag:
            assert self.elements[self._open.pop()][0] in OPEN, tag
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]].append(data)

    def of(self, tag: str) -> list[tuple[dict[str, str], str]]:
        return [
            (attributes, "".join(text).strip())
            for (name, attributes), text in zip(self.elements, self.texts, strict=True)
            if name == tag
        ]


def make(rows: pd.DataFrame, folder: Path) -> str:
    """The page of a table."""
    tables.write_units(rows, folder, {"yosys": "0.70"})
    page, _ = write_report(folder)
    return page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return tables.read_units(RESULTS)


@pytest.fixture(scope="module")
def folder(committed: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a part of the results, with models and weights."""
    chosen = committed[
        committed.unit.str.fullmatch(
            r"mac_array_x.u_w.u_a32|mac_array_x.s_w.s_a32|mac_split_gated_.*|pann_q5u_.*"
            r"|multiplier_array_x[28]s_w[2-8]s|multiplier_array_x(.)s_w\1s|adder_ripple_x8u_y8u"
        )
    ]
    out = tmp_path_factory.mktemp("report")
    tables.write_units(chosen, out, {"libraries": [{"name": "asap7", "title": "seven <nm>"}]})
    package = json.loads((out / packages.PACKAGE_FILE).read_text())
    write_models(tables.read_units(out), [], out, {"units": package["resources"][0]["hash"]})
    lines = [f"mac,asap7,library,uniform,{w},{10 + abs(w)},{100 + w}" for w in range(-8, 8)]
    head = "unit,library,delay_model,stimulus,weight,energy_fj,delay_ps"
    (out / "weights.csv").write_text("\n".join([head, *lines]) + "\n")
    write_report(out)
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def test_of_several_widths_of_the_sum_the_widest_is_drawn(committed: pd.DataFrame) -> None:
    """Otherwise a structure would have two points at a width."""
    wide = committed[committed.unit.isin(["mac_array_x4s_w4s_a32", "multiplier_array_x4s_w4s"])]
    narrow = wide[wide.acc_width == 32].assign(unit="mac_array_x4s_w4s_a16", acc_width=16)
    drawn = plots._square(pd.concat([narrow, wide]))
    assert len(drawn) == len(plots._square(wide)) > 0
    assert set(drawn.unit) == set(wide.unit)


def test_numbers_of_the_observations_follow_from_the_lines_that_they_name(
    folder: Path, page: Page
) -> None:
    """Worked out again from the file alone, by lines."""
    with (folder / "units.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    checked: Counter[str] = Counter()
    for attributes, text in page.of("a"):
        match = re.fullmatch(r"units\.csv, lines? ([\d, ]+)", attributes.get("title", ""))
        if match is None:
            continue
        numbers = [int(number) for number in match[1].split(", ")]
        assert attributes["href"] == f"#L{numbers[0]}"
        rows = [lines[number - 2] for number in numbers]
        assert (rows[0]["part"], rows[0]["net_group"]) == ("all", "all")
        energies = [float(row["energy_fj"]) for row in rows]
        units = [row["unit"] for row in rows]
        if [row["part"] for row in rows] == ["all", "accumulator"]:
            share = 100 * (energies[1] - float(rows[1]["clock_fj"])) / energies[0]
            kinds = {"accumulator": share, "part": energies[1]}
        elif (
            len(rows) == 2
            and re.fullmatch(r"mac_array_x.s_w.s_a32", units[1])
            and (units[0] != units[1])
        ):
            kinds = {"saving": 100 * (1 - energies[0] / energies[1])}
        elif len(rows) == 3:
            midway = 50 * (1 + energies[2] / energies[1])
            kinds = {"narrow": 100 * energies[0] / energies[1], "midway": midway}
        elif len(rows) == 1:
            kinds = {"energy": energies[0], "leakage": 100 * float(rows[0]["leakage_fj"])
                     / energies[0]}  # fmt: skip
        else:
            continue
        agreed = [
            kind
            for kind, value in kinds.items()
            if float(text) in (float(f"{value:.3g}"), float(f"{value:.4g}"))
        ]
        if not agreed and len(rows) == 1:
            continue  # another column of a whole unit
        assert agreed, (text, kinds)
        checked[agreed[0]] += 1
    # 7 widths, 2 libraries, 2 delay models, 2 kinds of operands, at least.
    assert checked["accumulator"] >= 56
    assert checked["saving"] >= 2 * 56
    assert checked["narrow"] >= 12
    assert checked["midway"] >= 12
    assert checked["leakage"] >= 112
    assert checked["energy"] > 50


def test_every_whole_unit_has_its_row_and_energy(folder: Path, page: Page) -> None:
    table = tables.read_units(folder)
    whole = table[(table.part == "all") & (table.net_group == "all")]
    rows = [a["id"] for a, _ in page.of("tr") if re.fullmatch(r"L\d+", a.get("id", ""))]
    assert rows == [f"L{index + 2}" for index in whole.index]
    texts = Counter(text for _, text in page.of("td"))
    for energy, count in Counter(f"{value:.6g}" for value in whole.energy_fj).items():
        assert texts[energy] >= count


def test_the_findings_are_all_in_a_table(folder: Path) -> None:
    found = observations.findings(tables.read_units(folder))
    table = pd.read_csv(folder / "observations.csv", keep_default_na=False)
    assert len(table) == len(found) > 400
    assert list(table.columns) == list(observations.Finding.__dataclass_fields__)
    for row, finding in zip(table.itertuples(), found, strict=True):
        assert row.unit == finding.unit
        assert float(f"{finding.measured_percent:.6g}") == row.measured_percent
        assert row.holds == finding.holds


def test_the_page_is_one_piece(page: Page) -> None:
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert not [name for name, count in Counter(ids).items() if count > 1]
    for tag, attributes in page.elements:
        for name in ("href", "src", "clip-path"):
            value = attributes.get(name, "")
            if inside := re.fullmatch(r"(?:url\()?#(.+?)\)?", value):
                assert inside[1] in ids, value
            else:
                assert value in ("", "data:,", "https://arxiv.org/abs/2202.02783"), (tag, value)


def test_axes_have_labels_and_units(folder: Path) -> None:
    drawings = re.findall(r"<svg.*?</svg>", (folder / "report.html").read_text(), re.DOTALL)
    assert len(drawings) > 40
    for drawing_ in drawings:
        labels = re.findall(r"<text[^>]*>([^<]* / (?:fJ|bit|%|ps)[^<]*|weight value)<", drawing_)
        bars = "array 8" in drawing_ or "ripple 8" in drawing_  # their other axis has names
        assert len(labels) >= (1 if bars else 2), drawing_[-400:]
        assert "#010203" not in drawing_
        assert "DejaVu" not in drawing_


def test_the_title_of_a_library_is_text(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "seven &lt;nm&gt;" in text
    assert "<nm>" not in text


def test_models_and_weights_are_shown(page: Page) -> None:
    captions = [text for _, text in page.of("figcaption")]
    assert "mac, asap7, uniform" in captions
    titles = [text for _, text in page.of("caption")]
    assert "Closed forms of energy in fJ; errors in percent" in titles
    assert not any("another state of units.csv" in text for _, text in page.of("p"))


def test_the_same_tables_give_the_same_bytes(committed: pd.DataFrame, tmp_path: Path) -> None:
    rows = committed[committed.unit.isin(["mac_array_x2u_w2u_a32", "adder_ripple_x8u_y8u"])]
    assert make(rows, tmp_path / "one") == make(rows, tmp_path / "two")
    one, two = (tmp_path / name / "observations.csv" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    "chosen",
    [
        "family == 'adder' and library == 'asap7'",
        "family == 'accumulator'",
        "unit == 'mac_csd_x4s_a32' or unit.str.contains('csd_.*x3')",
        "delay_model == 'zero' and unit == 'mac_array_x2s_w2s_a32'",
        "stimulus == 'relu' and unit.str.contains('x4u_w4u')",
    ],
)
def test_a_partial_table_is_shown_and_said_to_be_one(
    committed: pd.DataFrame, tmp_path: Path, chosen: str
) -> None:
    rows = committed.query(chosen, engine="python")
    assert len(rows)
    text = make(rows, tmp_path)
    whole = rows[(rows.part == "all") & (rows.net_group == "all")]
    assert "The table is partial:" in text
    assert f"{len(whole)} of the " in text
    assert "There is no models.json beside the table" in text
    assert "There is no weights.csv beside the table" in text
    assert text.count('id="L') == len(whole)


def test_whole_and_missing_cases_are_told_apart(committed: pd.DataFrame, tmp_path: Path) -> None:
    adders = committed[committed.unit.str.startswith("adder_ripple")]
    rows = adders[(adders.library == "asap7") & (adders.unit != "adder_ripple_x8u_y8u")]
    text = make(rows, tmp_path)
    # 3 widths, signed or not, uniform and network-like, with and without delays.
    assert re.search(r"asap7<td>adder<td>ripple<td class=\"n\">4<td class=\"n\">24", text)
    assert re.search(r"sky130hd<td>adder<td>ripple<td class=\"n\">24<td class=\"n\">24", text)


def test_names_that_are_markup_are_text(committed: pd.DataFrame, tmp_path: Path) -> None:
    rows = committed[committed.unit == "mac_array_x2u_w2u_a32"].copy()
    rows["stimulus"] = rows.stimulus.replace("relu", "recorded(<script>x&y.npz)")
    text = make(rows, tmp_path)
    assert "recorded(&lt;script&gt;x&amp;y.npz)" in text
    assert text.count("<script") == 1


def test_an_svg_has_ids_of_its_own_and_the_ink_of_the_page() -> None:
    with drawing():
        figures = [curves([Curve("a<b", [1, 2], [3, 4], 0)], "x / bit", "y / fJ") for _ in "ab"]
        one, two = (
            inline(figure, n, "what & why") for figure, n in zip(figures, "ab", strict=True)
        )
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for text, own in zip((one, two), ids, strict=True):
        assert set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", text)) == own
        assert "a&lt;b</text>" in text
        assert 'aria-label="what &amp; why"' in text
        assert "currentColor" in text
        assert "var(--line)" in text


def test_the_command_names_its_files(
    committed: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.write_units(committed[committed.unit == "adder_ripple_x8u_y8u"], tmp_path, {})
    report(tmp_path)
    assert capsys.readouterr().out.splitlines() == [
        f"report: {tmp_path / 'report.html'}", f"report: {tmp_path / 'observations.csv'}",
    ]  # fmt: skip


def test_what_is_missing_or_spoiled_is_one_line(committed: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(CharacterizeError, match="`nox -s characterize` writes it"):
        write_report(tmp_path / "nowhere")
    tables.write_units(committed.head(0), tmp_path, {})
    with pytest.raises(CharacterizeError, match=r"units\.csv: has no rows"):
        write_report(tmp_path)
    tables.write_units(committed.head(7), tmp_path, {})
    (tmp_path / "weights.csv").write_text("unit,library\n")
    with pytest.raises(CharacterizeError, match="lacks the column delay_model"):
        write_report(tmp_path)
    (tmp_path / "weights.csv").write_text(
        "unit,library,delay_model,stimulus,weight,energy_fj,delay_ps\nu,l,sdf,s,1,2,3\n"
    )
    with pytest.raises(CharacterizeError, match="unknown delay model 'sdf': known are zero, unit"):
        write_report(tmp_path)
    (tmp_path / "weights.csv").write_text("")
    with pytest.raises(CharacterizeError, match=r"weights\.csv: cannot read it"):
        write_report(tmp_path)
    (tmp_path / "weights.csv").unlink()
    (tmp_path / "models.json").write_text('{"schema": "gatewatt-models/9.0"}')
    with pytest.raises(CharacterizeError, match=r"its schema is gatewatt-models/9\.0"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_networks_and_models_of_them_are_shown(committed: pd.DataFrame, tmp_path: Path) -> None:
    few = committed[committed.unit == "mac_array_x4s_w4s_a32"]
    without = make(few, tmp_path)
    assert "There is no comparison of a network in networks.csv" in without
    assert "There is no model of a network in networks.csv" in without
    subject = Subject("net", "data", 3, "split x4 w4", "unsigned", 4, 4, 32)
    layer = LayerEnergy("conv", "mac_split", 10, 10.0, 543.0, math.nan, 54.3)
    truth = [layer, total([layer])]
    said = [replace(one, energy_fj=1.25 * one.energy_fj) for one in truth]
    write_rows(
        rows_of(subject, Gates("mac_split"), truth, accuracy=91.5)
        + rows_of(subject, Gates("mac_split"), said, "E uniform"),
        tmp_path,
    )
    page = Page(make(few, tmp_path))
    heads = [text for _, text in page.of("h2")]
    assert "Whole networks at the gates" in heads
    cells = [text for _, text in page.of("td")]
    place = cells.index("mac_split")
    # Unit, order, dataflow, sums; energy, cycles, glitches in percent, clock, accuracy.
    assert cells[place : place + 9] == [
        "mac_split", "given", "output", "32", "54.3", "1", "10", "", "91.5"
    ]  # fmt: skip
    place = cells.index("E uniform")
    assert cells[place + 1 : place + 4] == ["25", "25", "25"]
    (tmp_path / "networks.csv").write_text("network\nnet\n")
    with pytest.raises(CharacterizeError, match=r"networks\.csv: lacks the column dataset"):
        write_report(tmp_path)


def test_pruned_networks_are_shown_where_there_are_any(
    committed: pd.DataFrame, tmp_path: Path
) -> None:
    few = committed[committed.unit == "mac_array_x4s_w4s_a32"]
    assert pruning(tmp_path, None) is None
    row = dict.fromkeys(POWERPRUNING.names, 1) | {
        "network": "made", "dataset": "up", "method": "global", "accuracy": 91.5,
        "accuracy_loss_points": 0.75, "saving_percent": 43.21, "voltage_scaled": True,
        "vdd_v": 0.65, "library": "asap7", "weights_kept": 40, "activations_kept": 120,
        "saving_nominal_percent": 32.1, "energy_from": "table", "array": None, "gating": None,
    }  # fmt: skip
    other = row | {
        "method": "layers", "accuracy": 90.5, "accuracy_loss_points": 1.75, "saving_percent": 23.5,
        "voltage_scaled": False, "vdd_v": 0.7, "weights_kept": 30, "activations_kept": 256,
        "saving_nominal_percent": 23.5, "gating": "gated",
    }  # fmt: skip
    at_gates = row | {"unit": "other", "energy_from": "gates", "saving_percent": 44.0}
    POWERPRUNING.write(pd.DataFrame([row, other, at_gates]), tmp_path)
    kept = {"unit": "mac", "library": "asap7", "vdd_v": 0.65, "activations": [0, 1, 2, 5],
            "layers": {"a": {"weights": [-4, 0]}, "b": {"weights": [0, 1, 2, 8]}},
            "row": row}  # fmt: skip
    file = tmp_path / "powerpruning" / "of_a_mac" / "any.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(kept))
    # Of a search that is not in the table.
    gone = kept | {"activations": [77], "row": row | {"label": "gone"}}
    file.with_name("gone.json").write_text(json.dumps(gone))
    (tmp_path / "weights.csv").write_text(
        "unit,library,delay_model,stimulus,weight,energy_fj,delay_ps\n"
        + "".join(f"m,asap7,library,s,{w},{w * w},{10 * w}\n" for w in range(4))
    )
    layers = [
        ArrayEnergy("all", "", 1000, 50.0, 0.5, energy, 0.0, {"idle": 10.0, "beside": 0.0},
                    dict.fromkeys(CAUSES, energy / 4), 3)
        for energy in (8e6, 6e6)
    ]  # fmt: skip
    subject = Subject("made", "up", 3, "signed x8 w8", "twos", 8, 8, 32)
    for unit, layer in zip(("pe_stationary", "pe_stationary_gated"), layers, strict=True):
        rows = array_table.rows_of(subject, Gates(unit, dataflow="weight"), "4x4", 0.7, [layer])
        array_table.write_rows(rows, tmp_path)
    page = Page(make(few, tmp_path))
    assert "PowerPruning" in [text for _, text in page.of("h2")]
    cells = [text for _, text in page.of("td")]
    place = cells.index("91.5")
    assert cells[place : place + 8] == [
        "91.5",
        "0.75",
        "40",
        "120",
        "0.65",
        "32.1",
        "11.11",
        "43.21",
    ]
    place = cells.index("90.5")
    assert cells[place : place + 8] == ["90.5", "1.75", "30", "256", "0.7", "23.5", "0", "23.5"]
    assert cells.count("-4, 0 to 2, 8") == 1  # not for every row of the search
    assert "77" not in cells
    assert "0 to 2, 5" in cells
    assert "25" in cells  # percent that gating saves
    file.write_text("{}")
    with pytest.raises(CharacterizeError, match=r"any\.json: no file of kept values: lacks"):
        pruning(tmp_path, None)
    (tmp_path / "powerpruning.csv").write_text("network\nmade\n")
    with pytest.raises(CharacterizeError, match=r"powerpruning\.csv: lacks the column dataset"):
        pruning(tmp_path, None)
