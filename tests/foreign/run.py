"""Measures netlists by other hands: `python -m tests.foreign.run --out TABLE.csv`.

Each as `python -m characterize verilog` does it, in a process and a folder of its own. The
table has a row for each: characterized, refused with its reason, late, or failed, which
no netlist may. Status 1 if one failed.
"""

import argparse
import contextlib
import csv
import io
import multiprocessing
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from characterize.cli_verilog import measure_verilog
from characterize.errors import CharacterizeError
from characterize.tables import read_units
from sim.errors import SimError
from tests.foreign.packages import Foreign, fetch, netlists

_SECONDS = 300
_VECTORS = 100
COLUMNS = ("package", "netlist", "top", "bytes", "outcome", "reason", "cells", "energy_fj", "s")
Row = dict[str, object]


def measured(foreign: Foreign, seconds: float = _SECONDS) -> Row:
    """What a netlist comes to."""
    spawned = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="gatewatt-foreign-") as folder:
        receiver, sender = spawned.Pipe(duplex=False)
        process = spawned.Process(target=_measure, args=(foreign, Path(folder), sender))
        begin = time.monotonic()
        process.start()
        sender.close()
        found: Row = {"outcome": "late", "reason": f"it took more than {seconds:g} s"}
        if receiver.poll(seconds):
            try:
                found = receiver.recv()
            except EOFError:
                found = {"outcome": "failed", "reason": "its process ended without a word"}
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
    return {
        "package": foreign.package,
        "netlist": foreign.path.stem,
        "top": foreign.top,
        "bytes": foreign.path.stat().st_size,
        **found,
        "s": round(time.monotonic() - begin, 1),
    }


def _measure(
    foreign: Foreign, folder: Path, sender: "multiprocessing.connection.Connection"
) -> None:
    os.setsid()  # with all that it starts
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            measure_verilog(
                [foreign.path], foreign.top, delays=["zero"], vectors=_VECTORS,
                stimulus=["uniform"], out=folder / "out", cache=folder / "cache",
            )  # fmt: skip
        rows = read_units(folder / "out")
        whole = rows[(rows.part == "all") & (rows.net_group == "all")].iloc[0]
        found: Row = {"outcome": "characterized", "reason": "", "cells": int(whole.cells),
                      "energy_fj": float(whole.energy_fj)}  # fmt: skip
    except (CharacterizeError, SimError) as error:
        found = {"outcome": "refused", "reason": str(error)}
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        found = {"outcome": "failed", "reason": f"{type(error).__name__} at {place}: {error}"}
    sender.send(found)


def main() -> int:
    """Run the command line; status 1 if a netlist failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where packages are fetched to, and kept")
    parser.add_argument("--out", type=Path, default=Path("foreign.csv"))
    parser.add_argument("--largest", type=int, default=250_000, help="bytes of a file")
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not (folder / "generated").is_dir():
            fetch(folder)
        every = list(netlists(folder))
        some = [each for each in every if each.path.stat().st_size <= given.largest]
        rows = _all(some, given.out, given.seconds)
    counts = Counter(str(row["outcome"]) for row in rows)
    said = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    print(
        f"{len(rows)} netlists: {said}; {len(every) - len(some)} larger ones left out: {given.out}"
    )
    return 1 if counts["failed"] else 0


def _all(some: Sequence[Foreign], out: Path, seconds: float) -> list[Row]:
    """Measure one after the other; the table grows with them."""
    rows = []
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        for foreign in some:
            rows.append(measured(foreign, seconds))
            table.writerow(rows[-1])
            file.flush()
    return rows


if __name__ == "__main__":
    sys.exit(main())
