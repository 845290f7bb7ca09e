"""Plants the faults of `mutants.toml`, one at a time, and tells which test notices.

`python -m tests.mutants.run` from the root of the repository. Every run works in a
fresh copy of the repository, so that nothing that one leaves reaches the next.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

REPOSITORY = Path(__file__).parents[2]
MUTANTS_FILE = Path(__file__).with_name("mutants.toml")

_TIMEOUT_S = 600
_SOME_FAILED = 1  # pytest's status; others say that tests did not run
_SHADOWED = 99
# An installed package would hide the copy: the process that runs the tests looks
# at the modules that it tests.
_RUN_PYTEST = f"""
import sys
from pathlib import Path
import characterize, pytest, sim
for module in (characterize, sim):
    if Path(sys.argv[1]) not in Path(module.__file__).resolve().parents:
        print(f"{{module.__name__}} is that of {{module.__file__}}")
        sys.exit({_SHADOWED})
sys.exit(pytest.main(sys.argv[2:]))
"""


class MutantError(Exception):
    """The mutants cannot be judged; the message says why."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A seeded fault.

    Attributes
    ----------
    name
        Unique, for the command line and the table.
    file
        Path in the repository.
    old, new
        Text that stands in the file exactly once; what takes its place.
    fault
        What mistake it is, in one line.
    tests
        Ids of tests that are to notice it.
    fast
        Whether it is tried in ordinary test runs too.
    """

    name: str
    file: str
    old: str
    new: str
    fault: str
    tests: tuple[str, ...]
    fast: bool = False

    def plant(self, folder: Path) -> None:
        """Change the file in a copy of the repository.

        Raises
        ------
        MutantError
            If the old text does not occur exactly once, or nothing would change.
        """
        path = folder / self.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (count := text.count(self.old)) != 1 or self.old == self.new:
            raise MutantError(f"{self.name}: its text occurs {count} times in {self.file}")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


def read_mutants(path: Path) -> list[Mutant]:
    """The mutants of a TOML file: one table each."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Mutant(name, **{**table, "tests": tuple(table["tests"])}) for name, table in tables.items()
    ]


@contextmanager
def repository_copy() -> Iterator[Path]:
    """A temporary copy of what git tracks or would track."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True, cwd=REPOSITORY,
    ).stdout.split("\0")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="gatewatt-mutant-") as name:
        folder = Path(name).resolve()
        for relative in filter(None, names):
            if (REPOSITORY / relative).is_file():  # not if it was deleted
                (folder / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(REPOSITORY / relative, folder / relative)
        yield folder


def failing_test(folder: Path, tests: Iterable[str]) -> str | None:
    """Run tests in a copy until one fails.

    Parameters
    ----------
    folder
        The copy.
    tests
        Test ids or paths, relative to it.

    Returns
    -------
    str or None
        Id of the test that failed; None if all passed.

    Raises
    ------
    MutantError
        If the tests did not run, or not those of the copy.
    """
    options = ["-x", "-q", "-p", "no:cacheprovider", "-n0", "--tb=no", "-rfE"]
    try:
        run = subprocess.run(
            [sys.executable, "-c", _RUN_PYTEST, str(folder), *options, *tests],
            cwd=folder, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S,
            env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "500"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise MutantError(f"no end within {_TIMEOUT_S} s: {' '.join(tests)}") from error
    if run.returncode == 0:
        # Also with every test skipped: then nothing was tried.
        if re.search(r"\d+ passed", run.stdout) and not re.search(r"\d+ skipped", run.stdout):
            return None
        raise MutantError(f"tests were skipped: {' '.join(tests)}")
    found = re.search(r"^(?:FAILED|ERROR) (\S+?::\S+)", run.stdout, re.MULTILINE)
    if run.returncode != _SOME_FAILED or found is None:
        said = (run.stdout + run.stderr).strip().splitlines()[-1:]
        raise MutantError(f"the tests did not run: {' '.join(said)}")
    return found[1]


def check_unmutated(mutants: Sequence[Mutant]) -> None:
    """Run all tests of the mutants where nothing is wrong: they must pass.

    Raises
    ------
    MutantError
        If one fails: then its failures would say nothing about mutants.
    """
    with repository_copy() as folder:
        failed = failing_test(folder, dict.fromkeys(t for m in mutants for t in m.tests))
    if failed is not None:
        raise MutantError(f"{failed} fails without any mutant")


def killer(mutant: Mutant) -> str | None:
    """Id of the first test that notices a mutant; None if it survives."""
    with repository_copy() as folder:
        mutant.plant(folder)
        try:
            return failing_test(folder, mutant.tests)
        except MutantError as error:
            raise MutantError(f"{mutant.name}: {error}") from error


def main() -> int:
    """Print `mutant | fault | killed by`; status 1 if a mutant survives or is not to be judged."""
    parser = argparse.ArgumentParser(description="Plant faults and see which test notices.")
    parser.add_argument("names", nargs="*", default=["*"], help="only these mutants (globs)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutants at a time")
    parser.add_argument("--file", type=Path, default=MUTANTS_FILE, help="the mutants")
    arguments = parser.parse_args()
    mutants = [
        mutant
        for mutant in read_mutants(arguments.file)
        if any(fnmatchcase(mutant.name, name) for name in arguments.names)
    ]
    console, problems = Console(stderr=True), Console(stderr=True, highlight=False)
    if not mutants:
        problems.print(f"error: no mutant is called {' or '.join(arguments.names)}")
        return 1
    table = Table("mutant", Column("fault", overflow="fold"), Column("killed by", overflow="fold"))
    survivors = []
    try:
        with console.status("without mutants"):
            check_unmutated(mutants)
        with console.status("mutants"), ThreadPoolExecutor(arguments.jobs) as pool:
            for mutant, test in zip(mutants, pool.map(killer, mutants), strict=True):
                table.add_row(mutant.name, mutant.fault, test or "SURVIVED")
                if test is None:
                    survivors.append(mutant.name)
    except MutantError as error:
        problems.print(f"error: {error}", markup=False)
        return 1
    Console(width=None if sys.stdout.isatty() else 160).print(table, markup=False)
    if survivors:
        problems.print(f"error: no test notices {', '.join(survivors)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
