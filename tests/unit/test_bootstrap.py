"""`bootstrap.sh` on machines that lack something; programs and package managers are stand-ins."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
_TOOLS = ("dirname", "env", "id", "ln", "mkdir", "rm", "sh", "touch")
_PROGRAMS = ("iverilog", "c++", "make", "perl")
# Of any version; with headers once they are installed; pip installs a nox that shows its arguments.
_PYTHON = """#!/bin/sh
echo "$0 $*" >> {record}
case "$*" in
    *Python.h*) [ -e {headers} ] || exit 1 ;;
    "-m venv"*) mkdir -p .venv/bin && ln -s {python} .venv/bin/python ;;
    *"install"*nox)
        printf '#!/bin/sh\\necho "nox $*"\\n' > .venv/bin/nox
        {chmod} +x .venv/bin/nox ;;
esac
"""
_MANAGER = '#!/bin/sh\necho "apt-get $*" >> {record}\n{then}\n'


class Machine:
    """A folder with the script, and all that is on the PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._bin = folder, folder / "bin"
        self.headers, self._record = folder / "Python.h", folder / "record"
        self._bin.mkdir()
        shutil.copy(REPOSITORY / "bootstrap.sh", folder)
        for name in _TOOLS:
            (self._bin / name).symlink_to(str(shutil.which(name)))
        for name in _PROGRAMS:
            self.program(name, "#!/bin/sh\n")
        self.program("python3", _PYTHON.format(
            record=self._record, headers=self.headers, python=self._bin / "python3",
            chmod=shutil.which("chmod"),
        ))  # fmt: skip

    def program(self, name: str, text: str) -> None:
        """Put one onto the PATH."""
        (self._bin / name).write_text(text)
        (self._bin / name).chmod(0o755)

    def without(self, name: str) -> None:
        """Take one away."""
        (self._bin / name).unlink()

    def manager(self, then: str) -> None:
        """A package manager, for whoever it is, and what it does."""
        self.program("apt-get", _MANAGER.format(record=self._record, then=then))
        self.program("sudo", '#!/bin/sh\nexec "$@"\n')

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the script."""
        home = dict(os.environ, PATH=str(self._bin), HOME=str(self.folder))
        return subprocess.run(
            [str(self.folder / "bootstrap.sh"), *arguments], env=home, check=False,
            capture_output=True, text=True,
        )  # fmt: skip

    @property
    def record(self) -> list[str]:
        """What was asked of Python and of the manager."""
        return self._record.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_nothing_is_missing(machine: Machine) -> None:
    machine.headers.touch()
    machine.manager("exit 1")
    done = machine.run("tests", "-k", "adder")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "nox -s tests -- -k adder"
    assert not any(line.startswith("apt-get") for line in machine.record)
    before = len(machine.record)
    assert machine.run("tests").stdout.splitlines()[-1] == "nox -s tests"
    assert not any("install" in line for line in machine.record[before:])


def test_an_environment_that_is_there_is_kept(machine: Machine) -> None:
    machine.headers.touch()
    folder = machine.folder / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(machine.folder / "bin" / "python3")
    (machine.folder / ".venv" / "mine").touch()
    assert machine.run("tests").returncode == 0
    assert (machine.folder / ".venv" / "mine").exists()
    (folder / "nox").unlink()
    (folder / "python").unlink()  # what does not work is made anew
    assert machine.run("tests").returncode == 0
    assert not (machine.folder / ".venv" / "mine").exists()


def test_headers_are_installed(machine: Machine) -> None:
    machine.manager(f'case "$*" in *install*) touch {machine.headers} ;; esac')
    done = machine.run("tests")
    assert done.returncode == 0
    (installed,) = [line for line in machine.record if " install " in f"{line} " and "apt" in line]
    assert installed.split()[-1] == "python3-dev"
    assert "slower" not in done.stdout


@pytest.mark.parametrize("then", [None, "exit 1", ":"])
def test_without_headers_it_goes_on_and_says_so(machine: Machine, then: str | None) -> None:
    if then is not None:
        machine.manager(then)
    done = machine.run("tests")
    assert done.returncode == 0
    assert "without Python's headers" in done.stdout
    assert done.stdout.splitlines()[-1] == "nox -s tests"


def test_without_a_program_it_does_not(machine: Machine) -> None:
    machine.without("iverilog")
    done = machine.run("tests")
    assert done.returncode == 1
    assert "please install these" in done.stderr
    assert "Icarus Verilog 11 or later" in done.stderr
    machine.manager("exit 1")
    done = machine.run("tests")
    assert done.returncode == 1
    assert "apt-get failed" in done.stderr
    machine.manager(":")
    done = machine.run("tests")
    assert done.returncode == 1
    assert "still missing" in done.stderr
