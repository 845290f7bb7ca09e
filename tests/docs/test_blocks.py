"""Every block of code of the documentation is run, or at least understood by the command line."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from characterize.cli import app as characterize_app
from sim.cli import app as sim_app
from tests.docs.blocks import Block, blocks, commands, indented, run

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
PAGES = sorted(DOCS.glob("*.md"))
README = REPOSITORY / "README.md"
_APPS = {"characterize": characterize_app, "sim": sim_app}
_OTHERS = {"cat", "cp", "pip", "python3", "dask", ".", "./bootstrap.sh", "git"}


def _every() -> list[Block]:
    return [block for page in (*PAGES, README) for block in (*blocks(page), *indented(page))]


def understood(words: list[str]) -> None:
    """Raise where a command line is none that is known."""
    if words[:2] == ["nox", "-s"]:
        sessions = re.findall(r"def (\w+)\(session", (REPOSITORY / "noxfile.py").read_text())
        assert words[2] in sessions, words
        after = words[4:] if words[3:4] == ["--"] else []
        if words[2] == "characterize":
            understood(["python", "-m", "characterize", "run", *after])
    elif words[:2] == ["python", "-m"] and words[2] in _APPS:
        command: Any = typer.main.get_command(_APPS[words[2]])
        names, arguments = [], words[3:]
        while hasattr(command, "commands"):
            assert arguments, words
            assert arguments[0] in command.commands, f"no command {arguments[0]}: {words}"
            names.append(arguments[0])
            command, arguments = command.commands[arguments[0]], arguments[1:]
        if "--help" not in arguments:
            try:
                command.make_context(" ".join(names), list(arguments))
            except Exception as error:  # whose class is Typer's own
                raise AssertionError(f"{words}: {getattr(error, 'message', error)}") from error
    elif words[0] == "python":
        assert words[1] in ("-c", "-m"), words
    else:
        assert words[0] in _OTHERS, words


@pytest.mark.parametrize("page", [*PAGES, README], ids=lambda page: page.stem)
def test_all_options_are_known(page: Path) -> None:
    for block in (*blocks(page), *indented(page)):
        for words in commands(block):
            understood(words)
        if block.language == "python":
            compile(block.code, block.where, "exec")


def test_wrong_options_are_noticed() -> None:
    for line in (
        "python -m characterize run --unit x", "python -m characterize frobnicate",
        "python -m sim sweep --bits two", "nox -s nothing", "nox -s characterize -- --quik",
        "rm x",
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            understood(line.split())


def test_how_many_are_run_and_how_many_read() -> None:
    every = _every()
    code = [block for block in every if block.runs or block.is_file]
    read = [block for block in every if not block.runs and not block.is_file]
    assert len(code) >= 15
    assert {block.page.stem for block in code} >= {"tutorial", "extend", "papers", "README"}
    for block in read:
        assert block.title or block.language == "bibtex", block.where
    print(f"{len(code)} blocks are run, {len(read)} are read")


@pytest.mark.exhaustive
@pytest.mark.usefixtures("icarus")
@pytest.mark.parametrize(
    "page", [page for page in (*PAGES, README) if any(b.runs for b in blocks(page))],
    ids=lambda page: page.stem,
)  # fmt: skip
def test_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    # What a page's reader has in front of him: the tables, and nothing that he could spoil.
    if any("results/units.csv" in block.code or page == README for block in blocks(page)):
        shutil.copytree(REPOSITORY / "results", tmp_path / "results")
    for block in blocks(page):
        if block.runs or block.is_file:
            run(block, tmp_path)


def test_a_failing_block_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('```bash\necho before\nfalse\n```\n\n```python title="takes long"\n1/0\n```\n')
    first, second = blocks(page)
    with pytest.raises(RuntimeError, match=r"page\.md:1"):
        run(first, tmp_path)
    assert not second.runs
    page.write_text("```perl\n1\n```\n")
    with pytest.raises(ValueError, match="not in perl"):
        blocks(page)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    nbformat: Any = pytest.importorskip("nbformat")
    client: Any = pytest.importorskip("nbclient")
    notebook = nbformat.read(DOCS / "network.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "commit it without results"
    client.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    shown = [
        output["data"]["text/html"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    assert len(shown) >= 4
    assert sum("<table" in html for html in shown) >= 4
    assert any("<svg" in html for html in shown)


def test_the_reference_is_made_of_the_commands_and_the_tables(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(DOCS / "reference.py"), str(tmp_path)], check=True)
    text = (tmp_path / "commands.md").read_text()
    for name, app in _APPS.items():
        group: Any = typer.main.get_command(app)
        for command in group.commands:
            assert f"## python -m {name} {command}" in text
    assert "--dask" in text
    assert str(REPOSITORY) not in text
    tables = (tmp_path / "tables.md").read_text()
    assert "## networks.csv" in tables
    assert "| `energy_fj` |" in tables
