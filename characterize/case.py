"""A case: what is measured of one unit; and the hashes of what decides its numbers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy import __version__ as numpy_version

from characterize.cache import code_sha256, content_key, file_sha256
from characterize.foreign_cells import cells_of
from characterize.library import CellLibrary
from characterize.simulators.protocol import Simulator
from characterize.stimulus import Stimulus
from characterize.units import UnitSpec
from characterize.yosys import yosys_version


@dataclass(frozen=True)
class Case:
    """A unit with a library, a stimulus, a delay model and a number of operations.

    Attributes
    ----------
    library
        Name of a shipped one, or path of a cell table.
    vectors
        Operations that are counted; with a precision the fewest.
    delay_model
        One of `delays.DELAY_MODELS`.
    step_ps
        Step of `library` delays; the library's own if None.
    precision_percent
        Half width that the 95 % confidence interval of the unit's energy may have, in
        percent of it; as many more operations are counted. None: `vectors`, whatever
        the interval.
    """

    unit: UnitSpec
    library: str
    stimulus: Stimulus
    vectors: int
    delay_model: str = "zero"
    step_ps: float | None = None
    precision_percent: float | None = None


def case_key(case: Case, library: CellLibrary, engine: Simulator) -> str:
    """A hash of everything that decides a case's rows, the code included."""
    cells = cells_of(case.unit.entry)
    return content_key(
        "rows",
        code_sha256(),
        [engine.name, engine.version, yosys_version(), numpy_version],
        case.unit.entry.table,
        case.unit.parameters,
        [[path.name, file_sha256(path)] for path in case.unit.entry.files],
        [library.sha256, cells[0].sha256 if cells is not None else None],
        [case.stimulus.name, case.stimulus.content],
        [case.vectors, case.delay_model, case.step_ps, case.precision_percent],
    )


def input_hash(units: Sequence[UnitSpec], libraries: Sequence[CellLibrary]) -> str:
    """SHA-256 over what the numbers are of: Verilog, cell tables, synthesizer."""
    digest = hashlib.sha256()
    for path in sorted({path for unit in units for path in unit.entry.files}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for library in libraries:
        digest.update(library.sha256.encode())
    digest.update(f"pyosys {yosys_version()}".encode())
    return digest.hexdigest()


def provenance(
    command: str,
    units: Sequence[UnitSpec],
    libraries: Sequence[CellLibrary],
    seed: int,
    precision_percent: float | None,
) -> dict[str, Any]:
    """What rows were made of, as `datapackage.json` says it."""
    return {
        "command": command,
        "input_sha256": input_hash(units, libraries),
        "libraries": [
            {"name": cells.name, "sha256": cells.sha256, "abc_script": cells.synthesis.abc_script}
            | dict(cells.source)
            for cells in libraries
        ],
        "yosys": yosys_version(),
        "seed": seed,
        "precision_percent": precision_percent,
    }
