"""What the tests share: the registry, the library, tools, and given data."""

import os
from pathlib import Path

import pytest

from characterize.cell_table import load_library
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.simulators.verilator import Verilator
from characterize.units import Registry

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(autouse=True, scope="session")
def _cache_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the user's cache holds is no test's business."""
    os.environ["GATEWATT_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry()


@pytest.fixture(scope="session")
def asap7() -> CellLibrary:
    return load_library("asap7")


@pytest.fixture(scope="session")
def icarus() -> Icarus:
    """Icarus Verilog; a test without it skips on a desk and fails in CI."""
    try:
        return Icarus()
    except CharacterizeError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def verilator() -> Verilator:
    """Verilator, its toggles counted from waves; without it as `icarus`."""
    return _verilator("waves")


@pytest.fixture(scope="session")
def verilator_saif() -> Verilator:
    """Verilator, its toggles counted from SAIF."""
    return _verilator("saif")


def _verilator(count: str) -> Verilator:
    try:
        return Verilator(count=count)
    except CharacterizeError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real libraries and data sets that GATEWATT_DATA names."""
    folder = os.environ.get("GATEWATT_DATA")
    if not folder:
        pytest.skip("GATEWATT_DATA is not set: no real data given")
    return Path(folder)
