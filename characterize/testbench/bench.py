"""cocotb bench: drives packed operands, checks every output bit of every cycle.

It runs inside the simulator. The top module (`simulators/top.py`) packs the operand
ports of all instances into `in_i` and their outputs into `out_q`, so that one
write and one read a cycle serve them all. What to drive and what to expect
stands in two text files, one line of bits a cycle, written by the simulator's
driver from `sim.ops`; `-` is expected where an output is not defined yet.

Operands change in the same instant as the registers' outputs. A top module with a
clock of its own samples outputs into `out_q` at the next rising edge, before the
registers change, so that they are read here one cycle later.

Verilator's top module has no clock: it is driven from here. There a register takes
the operands at the rising edge and outputs are sampled at the falling one; the
bench writes and reads between the edges, and ends when the last cycle does, without
the next rising edge, so that what Verilator counted are whole cycles.
"""

import json
import os
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.handle import LogicArrayObject
from cocotb.triggers import RisingEdge, Timer
from cocotb.types import LogicArray

RESULT_FILE = "checked.json"
# Variables of the environment: the folder; cycles to run, all if it is not set;
# period of the clock to drive in steps, if the top module has none.
FOLDER, CYCLES, PERIOD = "GATEWATT_BENCH", "GATEWATT_CYCLES", "GATEWATT_PERIOD"
# Wrong cycles reported; the rest would say the same.
_MOST_FAILURES = 8


def _lines(name: str) -> list[str]:
    return Path(os.environ[FOLDER], name).read_text(encoding="ascii").split()


@cocotb.test()
async def check_every_cycle(dut: object) -> None:
    """Every output of every cycle equals the expected bits; X and Z do not."""
    cycles = int(os.environ[CYCLES]) if CYCLES in os.environ else None
    drive, expect = _lines("drive.txt")[:cycles], _lines("expect.txt")
    # The design is known at run time only; so are its signals' types.
    in_i: LogicArrayObject = dut.in_i  # type: ignore[attr-defined]
    out_q: LogicArrayObject = dut.out_q  # type: ignore[attr-defined]
    edge = RisingEdge(dut.clk)  # type: ignore[attr-defined]
    failures: list[tuple[int, str]] = []

    def check(cycle: int) -> None:
        got, wanted = str(out_q.value), expect[cycle]
        if got == wanted:
            return
        wrong = any(g != w for g, w in zip(got, wanted, strict=True) if w != "-")
        if wrong and len(failures) < _MOST_FAILURES:
            failures.append((cycle, got))

    period = int(os.environ.get(PERIOD, "0"))
    if period:
        in_i.value = LogicArray(drive[0])
        clock = Clock(dut.clk, period, "step", impl="gpi")  # type: ignore[attr-defined]
        clock.start(start_high=False)
        for cycle in range(len(drive)):
            await edge
            if cycle > 0:
                check(cycle - 1)
            in_i.value = LogicArray(drive[min(cycle + 1, len(drive) - 1)])
        await Timer(period - 1, "step")
        check(len(drive) - 1)
        # The last cycle ends here, and the step after it is the first not counted.
        clock.stop()
        await Timer(1, "step")
        await Timer(1, "step")
    else:
        for cycle, bits in enumerate(drive):
            await edge
            if cycle > 1:
                check(cycle - 2)
            in_i.value = LogicArray(bits)
        for cycle in (len(drive), len(drive) + 1):
            await edge
            check(cycle - 2)
    result = {"cycles": len(drive), "failures": failures}
    Path(os.environ[FOLDER], RESULT_FILE).write_text(json.dumps(result))
    assert not failures, f"{len(failures)} cycles differ, the first is {failures[0][0]}"
