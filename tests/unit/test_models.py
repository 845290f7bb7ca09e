"""Power models: known answers, errors that are what they say, files that are read back."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from characterize import tables
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.models import file, formulas, operand_statistics, streams, width_tables
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.synthesis import synthesize
from characterize.units import Registry
from sim.formats import IntFormat
from sim.statistics import features
from sim.statistics_counter import operand_statistics as statistics_of
from sim.word_statistics import word_statistics

RESULTS = Path(__file__).parents[2] / "results"


def test_a_closed_form_finds_its_own_coefficients() -> None:
    bits = np.arange(2.0, 9.0)
    found = formulas.fit(bits, 0.5 * bits**2 + 3 * bits + 16, constant=True)
    assert found["coefficients"] == pytest.approx({"quadratic": 0.5, "linear": 3, "constant": 16})
    assert found["error"]["held_out"]["worst_percent"] < 1e-6
    assert "constant" not in formulas.fit(bits, bits, constant=False)["coefficients"]


def test_closed_forms_state_their_error_and_the_papers_coefficients() -> None:
    table = tables.read_units(RESULTS)
    whole = table[(table.part == "all") & (table.net_group == "all")]
    found = {
        (m["architecture"], m["signed_x"], m["library"], m["delay_model"], m["figure"]): m
        for m in formulas.entries(whole)
        if m["family"] == "mac" and m["stimulus"] == "uniform" and m["signed_x"] == m["signed_w"]
    }
    signed = found["array", True, "asap7", "library", "bit_flips_per_op"]
    unsigned = found["array", False, "asap7", "library", "bit_flips_per_op"]
    assert signed["paper"] == {"quadratic": 0.5, "linear": 3.0, "constant": 16.0}
    assert unsigned["paper"] == {"quadratic": 0.5, "linear": 4.0, "constant": 0.0}
    # The error, from the rows themselves: another way of leaving one out.
    model = found["array", True, "asap7", "library", "energy_fj"]
    rows = whole[
        whole.unit.isin([f"mac_array_x{b}s_w{b}s_a32" for b in range(2, 9)])
        & (whole.library == "asap7") & (whole.delay_model == "library")
        & (whole.stimulus == "uniform")
    ].sort_values("width_x")  # fmt: skip
    bits, energy = rows.width_x.to_numpy(float), rows.energy_fj.to_numpy(float)
    errors = [
        100 * abs(np.polyval(np.polyfit(np.delete(bits, i), np.delete(energy, i), 2), bits[i])
                  / energy[i] - 1)
        for i in range(len(bits))
    ]  # fmt: skip
    held_out = model["error"]["held_out"]
    assert held_out["mean_percent"] == pytest.approx(np.mean(errors), rel=1e-4)
    assert held_out["worst_percent"] == pytest.approx(np.max(errors), rel=1e-4)


def test_width_tables_are_the_tables() -> None:
    table = tables.read_units(RESULTS)
    some = table[table.unit == "mac_array_x4s_w4s_a32"]
    found = list(width_tables.entries(some))
    assert len(found) == some[["library", "stimulus", "delay_model"]].drop_duplicates().shape[0]
    for entry in found:
        assert sum(p["energy_fj"] for p in entry["parts"].values()) == pytest.approx(
            entry["energy_fj"], rel=1e-4
        )
    json.dumps(found)


def test_streams_are_varied_in_range_and_always_the_same(registry: Registry) -> None:
    for name in ("mac_array_x4u_w4s_a32", "mac_array_x8s_w8s_a32", "mac_split_x3u_w3u_a32"):
        unit = registry.unit(name)
        drawn = streams.mac_streams(unit, 60, 500)
        again = streams.mac_streams(unit, 60, 500)
        for port in unit.operands:
            assert port.format.contains(drawn[port.role])
            assert np.array_equal(drawn[port.role], again[port.role])
            assert drawn[port.role].shape == (30_001,)
        assert drawn["clear"][0] == drawn["clear"][1] == 1
        spread = drawn["x"][1:].reshape(60, 500).std(axis=1)
        assert spread.max() > 4 * max(float(np.quantile(spread, 0.2)), 0.01)
    lowest = (drawn_share := streams.mac_streams(registry.unit("mac_array_x8s_w8s_a32"), 60, 500))[
        "x"
    ] == IntFormat(8, True).min
    assert lowest.mean() > 0.02  # raw integers with a zero point
    assert len(drawn_share) == 4


def test_features_of_a_stream_are_those_of_it_alone(registry: Registry, asap7: CellLibrary) -> None:
    """Held-out errors are what the fit has on the streams that it has not seen."""
    unit = registry.unit("mac_array_x2u_w2s_a32")
    netlist = synthesize(unit, asap7)
    count, operations = 130, 600
    found = operand_statistics.run_streams(netlist, ["zero"], BitParallel(), count, operations)
    drawn = streams.mac_streams(unit, count, operations)
    for stream in (0, 1, count - 1):
        part = slice(stream * operations, (stream + 1) * operations + 1)
        x, w, clear = (drawn[role][part] for role in ("x", "w", "clear"))
        names, values = features(
            statistics_of(x, w, np.maximum(clear, np.arange(x.size) == 0).astype(np.int64),
                          IntFormat(2, False), IntFormat(2, True), 32)
        )  # fmt: skip
        own = [
            n
            for n, name in enumerate(names)
            if not any(sums in name for sums in ("acc", "sum", "addend", "propagate", "carry"))
        ]
        assert names == found.names[operand_statistics.BITS]
        assert found.features[operand_statistics.BITS][stream, own] == pytest.approx(values[own])
    energies = found.energies_fj["zero"]
    fitted = operand_statistics.fit(found.features[operand_statistics.BITS], energies)
    unseen = np.isin(np.arange(count) % 10, (8, 9))
    predicted = fitted.predict(found.features[operand_statistics.BITS][unseen])
    assert fitted.held_out_percent == pytest.approx(100 * (predicted / energies[unseen] - 1))
    # Changed energies of held-out streams change the error, not the model.
    changed = np.where(unseen, 2 * energies, energies)
    assert operand_statistics.fit(
        found.features[operand_statistics.BITS], changed
    ).coefficients_fj == pytest.approx(fitted.coefficients_fj)
    assert np.abs(fitted.held_out_percent).mean() < 6
    entry = operand_statistics.entry(netlist, operand_statistics.BITS, "zero", found)
    stated = entry["error"]["held_out"]
    assert stated["mean_percent"] == pytest.approx(np.abs(fitted.held_out_percent).mean(), rel=1e-3)


def test_word_statistics_by_hand() -> None:
    values = np.array([0, 3, 3, 0, -3, 3])
    found = word_statistics(values, IntFormat(3, True))
    mean = 1.0
    centred = values - mean
    correlation = (centred[1:] * centred[:-1]).sum() / (centred**2).sum()
    expected = [mean / 3, 12 / 6 / 3, centred.std() / 3, 2 / 6, 1 / 5, correlation]
    assert found == pytest.approx(expected)
    assert word_statistics(np.zeros(5, dtype=np.int64), IntFormat(3, True))[-1] == 1


def test_a_file_is_read_back_and_another_version_refused(tmp_path: Path) -> None:
    table = tables.read_units(RESULTS)
    some = table[table.unit == "mac_array_x2s_w2s_a32"]
    path = file.write_models(some, [{"kind": "operand_statistics"}], tmp_path, {"command": "c"})
    content = file.read_models(tmp_path)
    assert content["provenance"] == {"command": "c"}
    assert {m["kind"] for m in content["models"]} == {"width_table", "operand_statistics"}
    first = path.read_bytes()
    file.write_models(some, [{"kind": "operand_statistics"}], tmp_path, {"command": "c"})
    assert path.read_bytes() == first
    path.write_text(path.read_text().replace("gatewatt-models/1.0", "gatewatt-models/2.0"))
    with pytest.raises(CharacterizeError, match=r"its schema is gatewatt-models/2\.0"):
        file.read_models(tmp_path)
    path.write_text("{")
    with pytest.raises(CharacterizeError, match="not a file of power models"):
        file.read_models(tmp_path)
    with pytest.raises(CharacterizeError, match="`nox -s characterize` writes it"):
        file.read_models(tmp_path / "nowhere")
    assert pd.notna(some.energy_fj).all()
