"""Simulators agree on every net of samples of a network's layers."""

from collections.abc import Sequence

import numpy as np
import pytest

from characterize.network.layers import Gates
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Outcome, Simulation
from characterize.simulators.verilator import Verilator
from sim.schemes import Scheme
from sim.sources import Source
from tests.referees.network import Piece, compare, pieces


def _pieces(scheme: Scheme, gates: Gates, operations: int) -> list[Piece]:
    source = Source()
    return pieces(source.quantized(scheme), source.test.images[:1], gates, operations)


@pytest.fixture(scope="module")
def split() -> list[Piece]:
    return _pieces(Scheme("split", 4, 4), Gates("mac_split_gated", delay_model="library"), 60)


def test_layers_agree_with_their_delays(split: list[Piece], icarus: Icarus) -> None:
    found = compare(split, icarus, delays=True)
    assert found.differences == ()
    assert found.units == 8  # four layers, and the subtraction behind each
    assert [piece.chunk.cycles for piece in split] == [60] * 7 + [10]
    assert found.toggles > compare(split, icarus, delays=False).toggles > 5 * found.nets


def test_layers_agree_without_delays(split: list[Piece], verilator: Verilator) -> None:
    found = compare(split[:2], verilator, delays=False)
    assert found.differences == ()
    assert found.toggles > 5 * found.nets


def test_held_weights_agree(icarus: Icarus) -> None:
    gates = Gates("mac_stationary", dataflow="weight", delay_model="library")
    found = compare(_pieces(Scheme("signed", 4, 4), gates, 40), icarus, delays=True)
    assert found.differences == ()
    assert found.units == 4


def test_pieces_are_consecutive_and_begin_anew(split: list[Piece]) -> None:
    for piece in split:
        if "clear" in piece.chunk.codes:
            assert piece.chunk.codes["clear"][0] == 1
            assert len(np.unique(piece.chunk.codes["x"])) > 1


class _OneToggleMore:
    """Icarus, which counts one toggle too many of one net of the last unit."""

    name = "altered"
    is_referee = True

    def __init__(self, icarus: Icarus) -> None:
        self._icarus = icarus
        self.version = icarus.version

    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        outcomes = self._icarus.run(simulations)
        activity = outcomes[-1].activity
        assert activity is not None
        activity.toggles[0, 7] += 1
        return outcomes


def test_a_toggle_too_many_is_named(split: list[Piece], icarus: Icarus) -> None:
    (difference,) = compare(split[:3], _OneToggleMore(icarus), delays=True).differences
    assert str(difference).startswith(f"{split[2].mapped.netlist.unit.name}: net n7: toggles: ")
    assert difference.engines == (f"{split[2].layer}: tier A", "altered")
    assert difference.counts[1] == difference.counts[0] + 1
