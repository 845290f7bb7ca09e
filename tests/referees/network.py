"""Compares the toggles of every net in samples of a network's layers between the simulators.

`python -m tests.referees.network` from the root of the repository: of each layer some
hundred operations, from the first one of a random dot product on, as tier A counts them,
against cocotb with Icarus (with the run's delays) and with Verilator (without delays, of
which it knows none). Status 1 if a net differs.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from characterize.cli_network import chosen_network, default_unit
from characterize.delays import ZERO, Delays
from characterize.errors import CharacterizeError
from characterize.network.chunks import Chunk
from characterize.network.energies import activity_of
from characterize.network.gates import GateStream
from characterize.network.layers import Gates, LayerGates, Mapped, layers_at_gates
from characterize.network.positions import Differences, LayerPositions, Operands
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Outcome, Simulation, Simulator
from characterize.simulators.verilator import Verilator
from sim.errors import SimError
from sim.formats import IntArray
from sim.network import Network
from sim.patches import Array
from tests.referees.compare import Comparison, differing_nets

_NETS_A_RUN = 12_000
_MOST_DIFFERENCES = 20


@dataclass(frozen=True, eq=False)
class Piece:
    """Consecutive operations of a unit of a layer.

    Attributes
    ----------
    layer
        Its name.
    mapped
        What it runs on.
    chunk
        The operations, and their results.
    """

    layer: str
    mapped: Mapped
    chunk: Chunk

    def simulation(self, delays: Delays) -> Simulation:
        """The same for an engine; the first operation stands in front of itself too."""
        unit = self.mapped.netlist.unit
        operands = {}
        for port in unit.operands:
            values = port.format.wrap(self.chunk.codes[port.role].astype(np.int64))
            operands[port.role] = np.concatenate([values[:1], values])
        return Simulation(unit, operands, self.mapped.netlist, 1, delays)

    def outcome(self, delays: Delays) -> Outcome:
        """What the gates did as tier A counts them."""
        stream = GateStream(self.mapped.netlist, delays)
        stream.run(self.chunk)
        return Outcome(self.chunk.cycles * len(self.chunk.results), activity_of([stream.finish()]))


def pieces(
    network: Network, images: Array, gates: Gates, operations: int, seed: int = 0
) -> list[Piece]:
    """Operations of each layer's unit, and of the subtraction behind it.

    Parameters
    ----------
    operations
        Of each; all where a layer has no more.
    seed
        Of the dot products that they begin with.
    """
    layers = layers_at_gates(network, gates)
    run = network.run(images, tuple({layer.source for layer in layers}))
    random = np.random.default_rng(seed)
    found = []
    for layer in layers:
        for mapped, operands, begins in _operands(layer, run.kept[layer.source], gates):
            begin = int(random.choice(begins[begins <= max(operands.cycles - operations, 0)]))
            places = np.arange(begin, min(begin + operations, operands.cycles))
            chunk = Chunk(
                operands.codes(places), np.arange(places.size), operands.results(places),
                places.size, places.size,
            )  # fmt: skip
            found.append(Piece(layer.name, mapped, chunk))
    return found


def _operands(
    layer: LayerGates, x: Array, gates: Gates
) -> Iterator[tuple[Mapped, Operands, IntArray]]:
    """Units, their operands, and positions at which pieces may begin."""
    unit = layer.unit.netlist.unit
    positions = LayerPositions(unit, layer.layer, x, gates.dataflow, gates.order)
    begins = np.arange(positions.cycles)
    if gates.dataflow == "output":
        ends = positions.ends(np.arange(positions.dot_products))
        begins = np.concatenate([[0], ends[:-1] + 1])
    yield layer.unit, positions, begins
    if layer.subtract is not None:
        differences = Differences(positions, layer.layer.accumulator.bits)
        yield layer.subtract, differences, np.arange(differences.cycles)


def compare(found: Sequence[Piece], referee: Simulator, delays: bool) -> Comparison:
    """Hold tier A's counts of pieces against a referee's, with their delays or without.

    Raises
    ------
    CharacterizeError
        If a result is wrong, or the referee fails.
    """
    total = Comparison(0, 0, 0, ())
    for some in _together(found):
        of_each = [piece.mapped.delays if delays else ZERO for piece in some]
        simulations = [piece.simulation(steps) for piece, steps in zip(some, of_each, strict=True)]
        theirs = referee.run(simulations)
        for piece, steps, simulation, other in zip(some, of_each, simulations, theirs, strict=True):
            ours = piece.outcome(steps)
            assert ours.activity is not None
            engines = (f"{piece.layer}: tier A", referee.name)
            total += Comparison(
                1,
                piece.mapped.netlist.nets,
                int(ours.activity.toggles.sum()),
                tuple(differing_nets(simulation, engines, (ours, other))),
            )
    return total


def _together(found: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces that one run of a simulator takes."""
    some: list[Piece] = []
    for piece in found:
        if some and sum(p.mapped.netlist.nets for p in [*some, piece]) > _NETS_A_RUN:
            yield some
            some = []
        some.append(piece)
    if some:
        yield some


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each referee, and the nets that differ; status 1 if there are any."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("net", nargs="?", default="digits", help="as of characterize network")
    parser.add_argument("--architecture", type=Path)
    parser.add_argument("--data", default="digits")
    parser.add_argument("--scheme", default="signed")
    parser.add_argument("--bits-x", type=int, default=8)
    parser.add_argument("--additions", type=float)
    parser.add_argument("--unit")
    parser.add_argument("--library", default="asap7")
    parser.add_argument("--dataflow", default="output")
    parser.add_argument("--delay", default="library")
    parser.add_argument("--operations", type=int, default=500, help="of each layer")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    try:
        source, network, scheme = chosen_network(
            chosen.net, chosen.architecture, chosen.data, chosen.scheme, chosen.bits_x, None,
            chosen.additions, None, 1,
        )  # fmt: skip
        kind = source.kind if source.quantized_already else chosen.scheme
        entry = chosen.unit or default_unit(network, kind, chosen.dataflow)
        gates = Gates(entry, chosen.library, chosen.dataflow, delay_model=chosen.delay)
        images = source.test.part(0, 1).images
        found = pieces(network, images, gates, chosen.operations, chosen.seed)
        print(f"{source.name} {scheme}, {entry}, {chosen.library}, {chosen.dataflow}")
        differ = _compare_all(found, chosen.delay)
    except (CharacterizeError, SimError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return int(differ > 0)


def _compare_all(found: Sequence[Piece], delay_model: str) -> int:
    """Nets that differ."""
    operations = sum(piece.chunk.cycles for piece in found)
    differ = 0
    referees: list[tuple[Simulator, bool]] = [(Icarus(), True), (Verilator(), False)]
    for referee, delays in referees:
        begin = time.monotonic()
        comparison = compare(found, referee, delays)
        for difference in comparison.differences[:_MOST_DIFFERENCES]:
            print(difference)
        nets = len({(each.engines, each.unit, each.net) for each in comparison.differences})
        print(
            f"{referee.name}, {delay_model if delays else 'zero'} delays: "
            f"{operations:,} operations of {comparison.units} layers' units, "
            f"{comparison.nets:,} nets, "
            f"{comparison.toggles:,} toggles, {nets} nets differ; "
            f"{time.monotonic() - begin:.0f} s",
            flush=True,
        )
        differ += nets
    return differ


if __name__ == "__main__":
    sys.exit(main())
