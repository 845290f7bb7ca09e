"""cocotb test that reads every net in Python and counts its changes: the usual way.

It runs inside the simulator. The clock comes from here; without delays nets are read
once a cycle, when they are at rest, with delays after every step.
"""

import json
import os
from pathlib import Path
from typing import Any

import cocotb
from cocotb.triggers import Timer

RESULT_FILE, OPERANDS_FILE = "toggles.json", "operands.txt"
# Variables of the environment: the folder; number of nets; uncounted cycles; half a
# period, and steps until every net is at rest, 0 without delays.
FOLDER, NETS, LEAD_IN, HALF, SETTLED = (
    f"GATEWATT_BENCH_{name}" for name in ("FOLDER", "NETS", "LEAD_IN", "HALF", "SETTLED")
)


@cocotb.test()
async def sample_every_net(dut: Any) -> None:
    """Toggles of each net over all cycles but the first."""
    folder = Path(os.environ[FOLDER])
    words = [int(line) for line in (folder / OPERANDS_FILE).read_text().split()]
    lead_in, half = int(os.environ[LEAD_IN]), int(os.environ[HALF])
    settled = int(os.environ[SETTLED])
    nets = [getattr(dut.u0, f"n{net}") for net in range(int(os.environ[NETS]))]
    toggles = [0] * len(nets)
    last: list[Any] = [None] * len(nets)
    dut.clk.value = 0
    await Timer(1, "step")
    for cycle, word in enumerate(words):
        dut.in_i.value = word
        dut.clk.value = 1
        # Before a count begins only where it begins from matters.
        steps = [1] * settled if settled and cycle >= lead_in else []
        for step in [*steps, half - len(steps)]:
            await Timer(step, "step")
            if cycle < lead_in - 1:
                continue
            for index, net in enumerate(nets):
                value = net.value
                if value != last[index]:
                    last[index] = value
                    toggles[index] += cycle >= lead_in
        dut.clk.value = 0
        await Timer(half, "step")
    (folder / RESULT_FILE).write_text(json.dumps(toggles))
