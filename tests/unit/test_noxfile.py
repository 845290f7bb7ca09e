"""Environments of the noxfile: installed once, and again when something of them has changed."""

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
KERNEL = Path("characterize", "simulators", "bitparallel")


def _nox() -> Any:
    """As much of nox as the file needs to be read: nox runs the tests, and is not among them."""
    module: Any = ModuleType("nox")
    module.Session = object
    module.options = SimpleNamespace()
    module.project = SimpleNamespace(load_toml=lambda path: tomllib.loads(Path(path).read_text()))
    module.session = lambda *given, **_: given[0] if given else lambda function: function
    return module


class Session:
    """Records what is installed; installing compiles the kernel, where there is a compiler."""

    def __init__(self, folder: Path) -> None:
        self.virtualenv = SimpleNamespace(location=str(folder))
        self.compiler = True
        self.installed: list[tuple[str, ...]] = []

    def install(self, *arguments: str) -> None:
        """Note it."""
        self.installed.append(arguments)
        if self.compiler:
            sources = sorted((KERNEL / "kernel").glob("*.c"))
            built = b"".join(path.read_bytes() for path in sources)
            (KERNEL / "_kernel.abi3.so").write_bytes(built)

    def log(self, _: str) -> None:
        """Nothing to see."""


@pytest.fixture
def noxfile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(sys.modules, "nox", _nox())
    spec = importlib.util.spec_from_file_location("noxfile", REPOSITORY / "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())
    (tmp_path / KERNEL / "kernel").mkdir(parents=True)
    (tmp_path / KERNEL / "kernel" / "module.c").write_text("int a;")
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    monkeypatch.chdir(tmp_path)
    return module


def test_it_is_installed_once(noxfile: Any, tmp_path: Path) -> None:
    first, second = Session(tmp_path / "first"), Session(tmp_path / "second")
    for session in (first, second, first, second):
        noxfile._install(session, "test")
    assert len(first.installed) == len(second.installed) == 1
    assert "pytest>=8.3" in first.installed[0]


@pytest.mark.parametrize(
    "changed", ["pyproject.toml", "requirements.lock", KERNEL / "kernel" / "module.c"]
)
def test_it_is_installed_again(noxfile: Any, tmp_path: Path, changed: str | Path) -> None:
    session = Session(tmp_path / "first")
    noxfile._install(session)
    with (tmp_path / changed).open("a") as file:
        file.write("\n")
    noxfile._install(session)
    noxfile._install(session)
    assert len(session.installed) == 2
    noxfile._install(session, "lint")  # other packages
    assert len(session.installed) == 3


def test_a_kernel_that_is_not_there_or_of_other_sources_is_built(
    noxfile: Any, tmp_path: Path
) -> None:
    first, second = Session(tmp_path / "first"), Session(tmp_path / "second")
    noxfile._install(first)
    source = tmp_path / KERNEL / "kernel" / "module.c"
    source.write_text("int b;")
    noxfile._install(second)
    source.write_text("int a;")  # as it was for the first, but not what was built
    noxfile._install(first)
    assert len(first.installed) == 2
    (tmp_path / KERNEL / "_kernel.abi3.so").unlink()
    first.compiler = False
    noxfile._install(first)
    noxfile._install(first)
    assert len(first.installed) == 4
