"""Networks of restricted values: their accuracy, their energy by tables, their supply."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.accumulators import Accumulator
from sim.accuracy import accuracy
from sim.corrections import VARIANTS, corrected
from sim.errors import SimError
from sim.kept_values import KeptValues
from sim.layers import FloatArray
from sim.network import Network
from sim.pruning.selection import Selection, longest_ps
from sim.pruning.supply import Supply
from sim.pruning.table_energy import layer_energies_nj, on_unit, used_weights
from sim.pruning.weight_tables import WeightTables
from sim.quantize import quantize
from sim.schemes import Scheme, Widths
from sim.sources import Source
from sim.voltage import energy_factor


@dataclass(frozen=True, eq=False, slots=True)
class Candidate:
    """A network that was judged.

    Attributes
    ----------
    label
        What it was made with.
    scheme, network
        Its scheme, and the integers as operands of the tables' unit.
    accuracy, loss
        Percent of the validation images; points less than the unpruned network.
    energy_nj
        Of an image by the tables, at nominal voltage.
    longest_ps
        Of a transition among the values that there are, at nominal voltage.
    vdd_v
        The supply.
    scaled_nj
        Energy at that supply: in proportion to its square.
    activations
        Kept ones; all of the format if None.
    """

    label: str
    scheme: Scheme
    network: Network
    accuracy: float
    loss: float
    energy_nj: float
    longest_ps: float
    vdd_v: float
    scaled_nj: float
    activations: KeptValues | None


class Judge:
    """Judges networks of integers against the unpruned one, on training images.

    Parameters
    ----------
    source
        A float network and its images.
    tables
        Of the unit that multiplies, under the unpruned network's operands.
    voltage
        Whether the supply may fall.
    jobs
        Threads.
    advance
        Told each judged network.

    Raises
    ------
    SimError
        If the network is quantized already, the tables are of another one, or no supply
        but the nominal one is known.
    """

    def __init__(
        self, source: Source, tables: WeightTables, voltage: bool, jobs: int = 1,
        advance: Callable[[Candidate], None] | None = None,
    ) -> None:  # fmt: skip
        if source.quantized_already:
            raise SimError(f"{source.files[0]} is quantized already: take a float network")
        self.source, self.tables = source, tables
        self._jobs, self._advance = jobs, advance
        self.supply = Supply.of(tables) if voltage else None
        self.made: dict[Scheme, Candidate] = {}
        self.bits, bits_w = (
            int(values.size - 1).bit_length() for values in (tables.activations, tables.weights)
        )
        kind = "signed" if tables.activations[0] < 0 else "mixed"
        self.base = self.scheme(kind, Widths(self.bits, bits_w))
        self._reference: float | None = None
        self.baseline = self.judged("unpruned", self.base)
        self._reference = self.baseline.accuracy
        self.layers = tuple(self.baseline.network.weighted)
        macs = self.baseline.network.macs()
        rows = tables.energy_fj[[tables.row(name) for name in self.layers]]
        share = np.array([macs[name] for name in self.layers], dtype=np.float64)
        # Of the network as a whole, as PowerPruning has them.
        self.energy_fj: FloatArray = np.asarray(share @ rows / share.sum())

    def scheme(self, kind: str, widths: Widths) -> Scheme:
        """A kind of numbers with all corrections, in sums of the tables' unit.

        The unit wraps: a sum that leaves its range comes back if the last one is within it.
        """
        sums = Accumulator(self.tables.conditions.acc_bits, "wrap")
        return replace(corrected(kind, widths, "all"), **VARIANTS[0], accumulator=sums)

    def judged(self, label: str, scheme: Scheme) -> Candidate:
        """A scheme's network, on validation images and by the tables; made once."""
        if scheme not in self.made:
            source = self.source
            made = quantize(source.network, scheme, source.calibration_images.images, self._jobs)
            self.made[scheme] = self.candidate(label, scheme, made)
            if self._advance is not None:
                self._advance(self.made[scheme])
        return self.made[scheme]

    def candidate(self, label: str, scheme: Scheme, network: Network) -> Candidate:
        """What is known of a network of integers.

        Raises
        ------
        SimError
            If the unit does not hold it, or the tables are of another network.
        """
        network = on_unit(network, self.tables)
        percent = accuracy(network, self.source.validation_images, self._jobs)
        energy_nj = sum(layer_energies_nj(network, self.tables).values())
        kept = scheme.kept_activations[0][1] if scheme.kept_activations else None
        if kept is None and scheme.bits_x < self.bits:
            number = scheme.activation_format(scheme.bits_x)
            slowest = self.longest_ps(network, KeptValues.of(number.values().tolist()))
        else:
            slowest = self.longest_ps(network, kept)
        nominal_v = self.tables.conditions.vdd_v
        scaled_down = self.supply is not None and self._reference is not None
        vdd_v = self.supply.lowest_v(slowest) if self.supply and scaled_down else nominal_v
        scaled = energy_nj * energy_factor(vdd_v, nominal_v)
        loss = 0.0 if self._reference is None else self._reference - percent
        return Candidate(label, scheme, network, percent, loss, energy_nj, slowest, vdd_v, scaled,
                         kept)  # fmt: skip

    def longest_ps(self, network: Network, activations: KeptValues | None) -> float:
        """The slowest transition of a network's weights among kept activations; exhaustive."""
        tables = self.tables
        weights = np.unique(np.concatenate([[0], *used_weights(network).values()]))
        kept = tables.activations if activations is None else activations.array
        selection = Selection(tuple(weights.tolist()), tuple(kept.tolist()))
        return longest_ps(tables.arrival_ps, tables.weights, tables.activations, selection)
