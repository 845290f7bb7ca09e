"""The structure of the house: imports go one way, and nothing imports in circles."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _modules(package: str) -> dict[str, Path]:
    return {
        ".".join(path.relative_to(REPOSITORY).with_suffix("").parts): path
        for path in (REPOSITORY / package).rglob("*.py")
    }


def test_sim_never_imports_characterize() -> None:
    modules = _modules("sim")
    assert modules
    for name, path in modules.items():
        assert not any(i.split(".")[0] == "characterize" for i in _imports(path)), name


def test_no_circles() -> None:
    modules = _modules("sim") | _modules("characterize")
    graph = {name: _imports(path) & set(modules) for name, path in modules.items()}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(modules)


def test_no_path_of_a_machine_and_no_unfinished_word() -> None:
    forbidden = re.compile(r"TODO|FIXME|NotImplementedError|/(home|root|tmp)/")
    for name, path in (_modules("sim") | _modules("characterize")).items():
        assert forbidden.search(path.read_text(encoding="utf-8")) is None, name
