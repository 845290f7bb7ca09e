"""Toggles of nets from a simulator's wave dump."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pywellen

from characterize.errors import CharacterizeError
from characterize.netlist import net_name
from sim.formats import IntArray


def read_waves(dump: Path) -> dict[str, pywellen.Signal]:
    """Full path -> signal of every variable of an FST or VCD file."""
    return {var.full_name: var.signal for var in pywellen.Waveform(str(dump)).all_vars()}


def count_toggles(
    waves: Mapping[str, pywellen.Signal],
    scope: str,
    nets: int,
    start: int,
    period: int,
    cycles: IntArray,
) -> tuple[IntArray, IntArray]:
    """Toggles of the nets of one netlist, and how often each settled at 1.

    Parameters
    ----------
    waves
        Signals of a dump; its times are in the units of `start` and `period`.
    scope
        Path of the instance; its nets are n0, n1, ...
    nets
        Number of nets.
    start, period
        Begin of the first counted cycle; length of one.
    cycles
        Cycles of each block, shape (blocks,).

    Returns
    -------
    toggles
        0 -> 1 and 1 -> 0 changes, int64, shape (blocks, nets).
    ones
        Cycles at whose end the net is 1, int64, shape (nets,).

    Raises
    ------
    CharacterizeError
        If a net is missing in the dump, or is X or Z after `start`.
    """
    block_edges = start + period * np.concatenate([[0], np.cumsum(cycles)])
    settled = start + period * np.arange(1, cycles.sum() + 1) - 1
    toggles = np.zeros((cycles.size, nets), dtype=np.int64)
    ones = np.zeros(nets, dtype=np.int64)
    for net in range(nets):
        signal = waves.get(f"{scope}.{net_name(net)}")
        if signal is None:
            raise CharacterizeError(f"{scope}: net {net_name(net)} is missing in the wave dump")
        changes = list(signal)
        times = np.array([time for time, _ in changes], dtype=np.int64)
        # A value that is no bit is text; it may only stand before the count begins.
        values = np.array([v if isinstance(v, int) else -1 for _, v in changes], dtype=np.int64)
        before = np.searchsorted(times, start, side="left") - 1
        if before < 0 or (values[before:] < 0).any():
            raise CharacterizeError(f"{scope}: net {net_name(net)} is unknown (X or Z)")
        # A dump may repeat a value; only a change of it is a toggle.
        changed = times[1:][np.diff(values) != 0]
        toggles[:, net] = np.diff(np.searchsorted(changed, block_edges, side="left"))
        ones[net] = values[np.searchsorted(times, settled, side="right") - 1].sum()
    return toggles, ones
