"""Runs ZigZag with two exported MACs: `python -m tests.exports.zigzag_run [UNIT UNIT]`.

An accelerator that comes with ZigZag gets the figures of one, then of the other. The
energy of a convolution must move by its MACs times the difference, and by nothing else.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
import zigzag
from zigzag.api import get_hardware_performance_zigzag

from characterize.errors import CharacterizeError
from characterize.export import registry
from characterize.export import zigzag as export
from characterize.export.source import Selection, read_source

RESULTS = Path(__file__).parents[2] / "results"
UNITS = ["mac_array_x8s_w8s_a32", "mac_array_x4s_w4s_a32"]
INPUTS = Path(zigzag.__file__).parent / "inputs"
SIZES = {"B": 1, "K": 16, "C": 16, "OY": 8, "OX": 8, "FY": 3, "FX": 3}
MACS = 16 * 16 * 8 * 8 * 3 * 3
# Sums of memory energies are floats, and MACs are some per cent of them.
_ROUNDING = 1e-12
_DIGITS = 1e-5  # of six significant ones


def workload() -> list[dict[str, Any]]:
    """One convolution."""
    return [
        {
            "id": 0,
            "operator_type": "Conv",
            "equation": "O[b][k][oy][ox]+=W[k][c][fy][fx]*I[b][c][iy][ix]",
            "dimension_relations": ["ix=1*ox+1*fx", "iy=1*oy+1*fy"],
            "loop_dims": list(SIZES),
            "loop_sizes": list(SIZES.values()),
            "operand_precision": {"W": 8, "I": 8, "O": 16, "O_final": 8},
            "operand_source": {"I": 0, "W": 0},
        }
    ]


def energy_pj(accelerator: Path, folder: Path) -> tuple[float, float]:
    """Energy of the convolution, of it that of its MACs."""
    total, _, evaluations = get_hardware_performance_zigzag(
        workload(),
        str(accelerator),
        str(INPUTS / "mapping" / "tpu_like.yaml"),
        opt="energy",
        dump_folder=str(folder / accelerator.parent.name),
        nb_spatial_mappings_generated=1,
        loma_show_progress_bar=False,
    )
    return total, evaluations[0][0].mac_energy


def run(units: list[str], library: str, folder: Path) -> list[str]:
    """What is wrong; and prints what was found."""
    source = read_source(RESULTS)
    selection = Selection(library)
    table = yaml.safe_load(export.export(source, selection)[f"{library}.yaml"])
    given = INPUTS / "hardware" / "tpu_like.yaml"
    wrong = []
    found = []
    for unit in units:
        files = export.accelerator(source, selection, unit, given)
        (path,) = registry.write(files, folder / unit)
        accelerator = yaml.safe_load(path.read_text(encoding="utf-8"))
        before = yaml.safe_load(given.read_text(encoding="utf-8"))
        if list(accelerator["memories"]) != list(before["memories"]):
            wrong.append(f"{unit}: the memories are not in their order")
        if before | {"operational_array": before["operational_array"]
                     | table[unit]["operational_array"]} != accelerator:  # fmt: skip
            wrong.append(f"{unit}: accelerator and table differ")
        unit_pj = table[unit]["operational_array"]["unit_energy"]
        row_pj = source.unit(unit, selection).energy_fj / 1000
        if not isinstance(unit_pj, float) or abs(unit_pj / row_pj - 1) > _DIGITS:
            wrong.append(f"{unit}: unit_energy is {unit_pj!r}")
        total_pj, macs_pj = energy_pj(path, folder)
        if macs_pj != unit_pj * MACS:
            wrong.append(f"{unit}: its MACs take {macs_pj} pJ, not {unit_pj * MACS}")
        print(f"{unit} ({library}): {unit_pj} pJ a MAC, {total_pj} pJ the convolution")
        found.append((unit_pj, total_pj))
    (one, first), (two, second) = found
    moved, wanted = first - second, (one - two) * MACS
    if one == two or abs(moved - wanted) > _ROUNDING * max(first, second):
        wrong.append(f"the energy moved by {moved} pJ, not {wanted}")
    print(f"the energy moved by {moved:.6f} pJ: {MACS} MACs times the difference are {wanted:.6f}")
    return wrong


def main() -> int:
    """Run the command line; what it gives is the exit status."""
    units = sys.argv[1:] or UNITS
    if len(units) != 2:
        print("error: name two units", file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="gatewatt-zigzag-") as folder:
            wrong = [
                problem
                for library in ("asap7", "sky130hd")
                for problem in run(units, library, Path(folder, library))
            ]
    except CharacterizeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for problem in wrong:
        print(f"wrong: {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
