"""Hostile files, thousands of each format: `python -m tests.fuzz.run FORMAT --count N --seed S`.

No input may hang, break out as anything but the packages' own errors, take much memory,
write outside its folder, or start a program. Inputs are made from the format, the seed
and their number, so each failure is found again with `--only NUMBER`, which keeps its files.
"""

import argparse
import contextlib
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fuzz.target import OUT, Found, Target
from tests.fuzz.watch import ForbiddenError, HangError, Watch, limit_memory

_SECONDS = 30.0  # for an input that takes some ms, on a machine that does other work too
_MORE_BYTES = 1 << 30
_LONGEST_MESSAGE = 2000


def _liberty() -> Target:
    from tests.fuzz.liberty_files import Liberty  # noqa: PLC0415 - formats import much

    return Liberty()


def _toml() -> Target:
    from tests.fuzz.toml_files import Toml  # noqa: PLC0415

    return Toml()


def _csv() -> Target:
    from tests.fuzz.csv_files import Csv  # noqa: PLC0415

    return Csv()


def _onnx() -> Target:
    from tests.fuzz.onnx_files import Onnx  # noqa: PLC0415

    return Onnx()


def _verilog() -> Target:
    from tests.fuzz.verilog_files import Verilog  # noqa: PLC0415

    return Verilog()


FORMATS: dict[str, Callable[[], Target]] = {
    "liberty": _liberty, "verilog": _verilog, "onnx": _onnx, "csv": _csv, "toml": _toml,
}  # fmt: skip


def made(target: Target, name: str, seed: int, number: int) -> Mapping[str, bytes]:
    """The files of one input."""
    return target.make(random.Random(f"{name} {seed} {number}"))


def read_one(
    target: Target, watch: Watch, folder: Path, files: Mapping[str, bytes], seconds: float
) -> tuple[str, str]:
    """What an input came to: a word, and the message or what went wrong.

    The word is `failed` for what must not be.
    """
    from characterize.errors import CharacterizeError  # noqa: PLC0415
    from sim.errors import SimError  # noqa: PLC0415

    out = folder / OUT
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        with watch.reading(seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return target.read(folder, files), ""
    except (CharacterizeError, SimError) as error:
        message = str(error)
        if "\n" in message.strip() or not message.strip():
            return "failed", f"a message of several lines, or none: {message[:200]!r}"
        if len(message) > _LONGEST_MESSAGE:
            return "failed", f"a message of {len(message)} characters: {message[:200]!r}"
        return "refused", message
    except (HangError, ForbiddenError, MemoryError, RecursionError, Exception) as error:
        where = traceback.extract_tb(error.__traceback__)
        inside = [frame for frame in where if "/tests/" not in frame.filename]
        last = (inside or where)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        return "failed", f"{type(error).__name__} at {place}: {str(error)[:200]!r}"


def fuzz(name: str, count: int, seed: int, first: int = 0, seconds: float = _SECONDS) -> Found:
    """Read so many inputs, each range of them in a process of its own.

    Where a process ends by itself, the input at which it did is a failure.
    """
    found = Found()
    target = FORMATS[name]()
    number = first
    while number < first + count:
        with tempfile.TemporaryDirectory(prefix="gatewatt-fuzz-") as folder:
            number = _some(target, name, seed, range(number, first + count), folder, found, seconds)
    return found


def _some(
    target: Target, name: str, seed: int, numbers: range, folder: str, found: Found, seconds: float
) -> int:
    """Read inputs in a child process; the number of the next one."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        status = 1
        try:
            _child(target, name, seed, numbers, Path(folder), writer, seconds)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    done = numbers.start
    with os.fdopen(reader, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            word, _, message = line.rstrip("\n").partition("\t")
            if word == "failed":
                found.failures[done] = message
            elif word == "refused":
                known = "".join(c for c in message if not c.isdigit())[:60]
                found.reasons[known] = found.reasons.get(known, 0) + 1
            found.outcomes[word] = found.outcomes.get(word, 0) + 1
            done += 1
    _, status = os.waitpid(child, 0)
    if status:
        found.failures[done] = f"the process ended with status {status}"
        found.outcomes["failed"] = found.outcomes.get("failed", 0) + 1
        done += 1
    return done


def _child(
    target: Target, name: str, seed: int, numbers: range, folder: Path, writer: int, seconds: float
) -> None:
    os.chdir(folder)
    os.environ["GATEWATT_CACHE"] = str(folder / OUT)
    tempfile.tempdir = str(folder / OUT)
    # Once without limits: what is imported when it is first needed, is.
    for number in range(min(20, len(numbers))):
        _warm(target, name, number, folder)
    watch = Watch(folder, programs=name == "verilog")
    limit_memory(_MORE_BYTES)
    with os.fdopen(writer, "w", encoding="utf-8", errors="replace") as lines:
        for number in numbers:
            files = made(target, name, seed, number)
            word, message = read_one(target, watch, folder, files, seconds)
            print(word, " ".join(message.split()), sep="\t", file=lines, flush=True)


def _warm(target: Target, name: str, number: int, folder: Path) -> None:
    files = made(target, name, -1, number)
    (folder / OUT).mkdir(exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    with contextlib.suppress(Exception):  # it counts when it is watched
        target.read(folder, files)


def main() -> int:
    """Run the command line; status 1 if an input failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one input; its files are kept")
    parser.add_argument("--reasons", action="store_true", help="show why inputs were refused")
    given = parser.parse_args()
    if given.only is not None:
        folder = Path(tempfile.mkdtemp(prefix="gatewatt-fuzz-"))
        target = FORMATS[given.format]()
        files = made(target, given.format, given.seed, given.only)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        print(f"files: {folder}")
        (folder / OUT).mkdir()
        print(target.read(folder, files))
        return 0
    begin = time.process_time(), time.monotonic()
    found = fuzz(given.format, given.count, given.seed)
    outcomes = ", ".join(f"{count} {word}" for word, count in sorted(found.outcomes.items()))
    print(f"{given.format}: {given.count} inputs of seed {given.seed}: {outcomes}; "
          f"{len(found.reasons)} reasons; {time.monotonic() - begin[1]:.0f} s")  # fmt: skip
    if given.reasons:
        for reason, count in sorted(found.reasons.items(), key=lambda pair: -pair[1]):
            print(f"{count:6} {reason}")
    for number, problem in found.failures.items():
        print(f"failed: --seed {given.seed} --only {number}: {problem}")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
