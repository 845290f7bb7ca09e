"""ZigZag: figures of its operational array; `nox -s zigzag` runs ZigZag itself with them."""

import re
from pathlib import Path

import pytest

from characterize.errors import CharacterizeError
from characterize.export import zigzag
from characterize.export.source import Selection, Source, read_source
from tests.unit import export_table

ACCELERATOR = """name: small

memories:
  low:
    size: 16 # bits
  high:
    size: 1024

operational_array:
  unit_energy: 0.04 # pJ
  unit_area: 1 # unit
  dimensions: [D1, D2]
  sizes: [4, 4]
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return read_source(export_table.write(tmp_path / "results"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(ACCELERATOR)
    return path


def test_every_mac_is_there_and_nothing_else(source: Source) -> None:
    """PANN's operation is an addition."""
    texts = zigzag.export(source, Selection())
    assert list(texts) == ["asap7.yaml", "sky130hd.yaml"]
    for text in texts.values():
        keys = re.findall(r"^(\w+):$", text, re.MULTILINE)
        assert keys == ["mac_array_x4s_w4s_a32", "mac_array_x8s_w8s_a32"]


def test_an_accelerator_keeps_everything_but_the_two_figures(source: Source, file: Path) -> None:
    (text,) = zigzag.accelerator(source, Selection("asap7"), "mac_array_x8s_w8s_a32", file).values()
    body = [line for line in text.splitlines() if not line.startswith("#")]
    wanted = ACCELERATOR.splitlines()
    changed = {i for i, (a, b) in enumerate(zip(body, wanted, strict=True)) if a != b}
    assert {wanted[i].split(":")[0].strip() for i in changed} == {"unit_energy", "unit_area"}
    assert "  unit_energy: 0.392 # mac_array_x8s_w8s_a32, asap7" in body
    assert "  unit_area: 3.92e-05 # mac_array_x8s_w8s_a32, asap7" in body
    assert f"# From units.csv, SHA-256 {source.sha256}." in text


@pytest.mark.parametrize(
    ("unit", "old", "new", "message"),
    [
        ("mac_array_x9s_w9s_a32", "", "", "no row of mac_array_x9s_w9s_a32 with asap7"),
        ("pann_q4u_x4u_a32", "", "", "pann_q4u_x4u_a32: not a MAC"),
        ("mac_array_x8s_w8s_a32", "unit_area: 1", "area: 1", "has 0 lines with unit_area:"),
        ("mac_array_x8s_w8s_a32", "sizes:", "unit_energy:", "has 2 lines with unit_energy:"),
    ],
)
def test_what_does_not_fit_is_one_line(
    source: Source, file: Path, unit: str, old: str, new: str, message: str
) -> None:
    file.write_text(ACCELERATOR.replace(old, new))
    with pytest.raises(CharacterizeError, match=message) as caught:
        zigzag.accelerator(source, Selection("asap7"), unit, file)
    assert "\n" not in str(caught.value)


def test_no_file_and_no_mac(source: Source, tmp_path: Path) -> None:
    with pytest.raises(CharacterizeError, match=r"none.yaml: cannot be read"):
        zigzag.accelerator(
            source, Selection("asap7"), "mac_array_x8s_w8s_a32", tmp_path / "none.yaml"
        )
    rows = export_table.rows()
    few = read_source(export_table.write(tmp_path / "few", rows[rows.family == "adder"]))
    with pytest.raises(CharacterizeError, match="no MAC among its units"):
        zigzag.export(few, Selection())


@pytest.mark.parametrize("energy_fj", [1e-4, 0.1, 1.0, 248.0, 1e6, 123456.0, 1e12])
def test_numbers_are_numbers_in_yaml(tmp_path: Path, energy_fj: float) -> None:
    """A point and a signed exponent: YAML 1.1 reads anything else as a text."""
    rows = export_table.rows()
    rows["energy_fj"] = rows["area_um2"] = energy_fj
    folder = export_table.write(tmp_path, rows)
    text = zigzag.export(read_source(folder), Selection("asap7"))["asap7.yaml"]
    found = re.findall(r"(unit_\w+): (\S+)", text)
    assert len(found) == 4
    for key, value in found:
        assert re.fullmatch(r"[-+]?[0-9]+\.[0-9]*([eE][-+][0-9]+)?", value), value
        scale = 1e3 if key == "unit_energy" else 1e6
        assert float(value) * scale == pytest.approx(energy_fj)
