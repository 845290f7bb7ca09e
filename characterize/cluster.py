"""What the workers of a cluster must have, beside what `sim` asks for, to measure alike."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.icarus import Icarus
from characterize.units import RTL_DIR
from characterize.yosys import yosys_version
from sim import cluster


def likeness(files: Sequence[Path]) -> dict[str, str]:
    """Versions, code, tools, and the content of files.

    Raises
    ------
    CharacterizeError
        If Icarus is missing.
    """
    Icarus()
    return cluster.code_likeness(files) | {
        "code": cluster.code_sha256(Path(__file__).parent, Path(cluster.__file__).parent),
        "Yosys": yosys_version(),
        # Tables say which one counted.
        "engine": BitParallel().name,
    }


@contextmanager
def on_cluster(
    address: str | None, rtl: Path = RTL_DIR, libraries: Sequence[str] = ()
) -> Iterator[None]:
    """As `sim.cluster.on_cluster`; workers must see the Verilog, and cell tables of your own.

    Parameters
    ----------
    rtl
        Folder of `units.toml`.
    libraries
        Names or paths of cell tables.
    """
    tables = [Path(name) for name in libraries if Path(name).suffix]
    with cluster.on_cluster(address, [rtl / "units.toml", *tables], likeness):
        yield
