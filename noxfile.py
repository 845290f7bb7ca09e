"""Every job a person runs: `nox -l` lists them, `nox -s NAME -- ARGUMENTS` runs one."""

import hashlib
import os
from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["tests", "lint", "types"]
nox.options.reuse_existing_virtualenvs = True
nox.options.default_venv_backend = "virtualenv"

LOCK = "requirements.lock"
_KERNEL = Path("characterize", "simulators", "bitparallel")


def _install(session: nox.Session, *groups: str) -> None:
    """Install the project and dependency groups, at the versions of the lock file.

    Once, until something of it changes: pip would compile the kernel in every run.
    """
    project = nox.project.load_toml("pyproject.toml")
    wanted = [name for group in groups for name in project["dependency-groups"][group]]
    installed = Path(session.virtualenv.location, "installed")
    if installed.is_file() and installed.read_text(encoding="utf-8") == _made_of(wanted):
        session.log("installed already")
        return
    session.install("--constraint", LOCK, "--editable", ".", *wanted)
    if any(_KERNEL.glob("_kernel*")):  # else it is tried again
        installed.write_text(_made_of(wanted), encoding="utf-8")


def _made_of(wanted: list[str]) -> str:
    """Hash of what an environment is made of: versions, the kernel's sources, what they became."""
    content = hashlib.sha256(repr([wanted, str(Path.cwd())]).encode())
    kernel = sorted((_KERNEL / "kernel").glob("*.[ch]"))
    for path in (Path("pyproject.toml"), Path(LOCK), *kernel, *sorted(_KERNEL.glob("_kernel*"))):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()


@nox.session
def characterize(session: nox.Session) -> None:
    """Regenerate results/; with arguments the tables only: `-- --quick`, `-- --units GLOB`."""
    _install(session)
    session.run("python", "-m", "characterize", "run", *session.posargs)
    if not session.posargs:
        session.run("python", "-m", "characterize", "fit")
        session.run("python", "-m", "characterize", "export", "--to", "all")
        session.run("python", "-m", "characterize", "report")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, on all cores."""
    _install(session, "test")
    session.run("pytest", "--numprocesses", "auto", *session.posargs)


@nox.session
def exhaustive(session: nox.Session) -> None:
    """Try all operands of every unit without state, at all widths and signs."""
    _install(session, "test")
    session.run("pytest", "--numprocesses", "auto", "-m", "exhaustive", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Plant seeded faults; each must be noticed by a test. `-- NAME ...`, `-- --jobs N`."""
    _install(session, "test")
    session.run("python", "-m", "tests.mutants.run", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Random operations through the kernel, hostile files through readers; `-- EXAMPLES FILES`.

    So many examples a test of the kernel, built with sanitizers; so many files a format.
    """
    _install(session, "test")
    folder = Path("characterize", "simulators", "bitparallel", "kernel")
    built = Path(session.create_tmp(), "kernel.so").resolve()
    include = session.run(
        "python", "-c", "import sysconfig; print(sysconfig.get_paths()['include'])", silent=True
    )
    session.run(
        "gcc", "-O1", "-g1", "-fPIC", "-shared", f"-I{str(include).strip()}",
        "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined",
        *(str(path) for path in sorted(folder.glob("*.c"))), "-o", str(built),
        external=True,
    )  # fmt: skip
    runtime = session.run("gcc", "-print-file-name=libasan.so", external=True, silent=True)
    session.run(
        "pytest", "-p", "no:cacheprovider",
        "tests/unit/test_bitparallel_kernel.py", "tests/unit/test_bitparallel_per_cycle.py",
        "tests/unit/test_draw.py",
        env={
            "GATEWATT_KERNEL": str(built),
            "GATEWATT_FUZZ_EXAMPLES": session.posargs[0] if session.posargs else "200",
            "LD_PRELOAD": str(runtime).strip(),
            # Python frees nothing at its end.
            "ASAN_OPTIONS": "detect_leaks=0",
        },
    )  # fmt: skip
    files = session.posargs[1] if len(session.posargs) > 1 else "10000"
    for name in ("liberty", "verilog", "onnx", "csv", "toml"):
        session.run("python", "-m", "tests.fuzz.run", name, "--count", files)


@nox.session
def foreign(session: nox.Session) -> None:
    """Measure netlists of other packages, as they are: `-- --out TABLE.csv --largest BYTES`."""
    _install(session, "test")
    session.run("python", "-m", "tests.foreign.run", *session.posargs)


@nox.session
def oracle(session: nox.Session) -> None:
    """Hold every default unit against whole Liberty tables, which GATEWATT_DATA names."""
    _install(session, "test")
    session.run("python", "-m", "tests.oracle.compare", *session.posargs)


@nox.session
def judge(session: nox.Session) -> None:
    """Hold units against OpenSTA 2.6 or later, where `sta` is installed; `-- --units GLOB`."""
    _install(session, "test")
    session.run("python", "-m", "tests.oracle.judge", *session.posargs)


@nox.session
def referees(session: nox.Session) -> None:
    """Compare Icarus and Verilator on every net of all default units; `-- --library NAME`."""
    _install(session, "test")
    session.run("python", "-m", "tests.referees.compare", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Run all engines side by side: results/bench.csv and its figure; `-- --seconds S`."""
    _install(session, "bench")
    session.run("python", "-m", "characterize.bench", *session.posargs)


@nox.session
def zigzag(session: nox.Session) -> None:
    """Run ZigZag with exported MACs; `-- UNIT UNIT` names two."""
    _install(session, "zigzag")
    session.run("python", "-m", "tests.exports.zigzag_run", *session.posargs)


@nox.session(python="3.12")
def hwcomponents(session: nox.Session) -> None:
    """Ask hwcomponents for every exported unit, where Python 3.12 is installed."""
    _install(session, "hwcomponents")
    session.run("python", "-m", "tests.exports.hwcomponents_run")


@nox.session
def report(session: nox.Session) -> None:
    """Look at the report in a browser: errors, widths, labels; `-- -k NAME`."""
    _install(session, "test", "browser")
    # Without a browser it skips on a desk and fails in CI.
    session.run(
        "pytest", "-rs", "tests/unit/test_report_browser.py", *session.posargs,
        env={"GATEWATT_BROWSER": "needed"} if os.environ.get("CI") else {},
    )  # fmt: skip


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    project = nox.project.load_toml("pyproject.toml")
    session.install("--constraint", LOCK, *project["dependency-groups"]["lint"])
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    _install(session, "test", "types")
    session.run("mypy")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, install it alone, and do with it what the tutorial does."""
    project = nox.project.load_toml("pyproject.toml")
    session.install("--constraint", LOCK, *project["dependency-groups"]["build"])
    dist = Path(session.create_tmp()) / "dist"
    session.run("python", "-m", "build", "--wheel", "--outdir", str(dist), silent=True)
    (built,) = dist.glob("gatewatt-*.whl")
    session.install("--constraint", LOCK, str(built))
    blocks, page = (Path(name).resolve() for name in ("tests/docs/blocks.py", "docs/tutorial.md"))
    session.chdir(session.create_tmp())
    session.run("python", str(blocks), str(page))
    session.run("python", "-m", "characterize", "run", "--quick", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into build/site; warnings are errors."""
    _install(session, "docs")
    session.run("python", "docs/reference.py", "docs/reference")
    session.run("zensical", "build", "--clean", "--strict")


@nox.session
def lock(session: nox.Session) -> None:
    """Renew the lock file: the newest versions that fit pyproject.toml."""
    session.install("uv")
    names = ("test", "lint", "types", "build", "bench", "docs")
    groups = [argument for group in names for argument in ("--group", group)]
    session.run(
        "uv", "pip", "compile", "--universal", "--upgrade", "--no-header", "--no-annotate",
        "--no-emit-index-url", "--quiet", "pyproject.toml", *groups, "--output-file", LOCK,
    )  # fmt: skip
