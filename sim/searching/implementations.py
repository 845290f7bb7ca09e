"""A quantized network on every structure that its weights run on: energies of its operands."""

from collections.abc import Iterator
from dataclasses import replace

from sim.energy import network_energy
from sim.errors import SimError
from sim.image_files import Images
from sim.network import Network
from sim.operands import NetworkOperands
from sim.searching.candidates import Implementation
from sim.searching.measured_units import MeasuredUnits
from sim.sums import SUMS, sums_hold, with_sums


def implementations(
    network: Network,
    kind: str,
    flips: float,
    images: Images,
    units: MeasuredUnits,
    dataflows: tuple[str, ...],
    left_out: dict[str, str],
) -> Iterator[Implementation]:
    """On every structure with power models, in every dataflow and width of sums.

    Parameters
    ----------
    network
        Of integers.
    kind
        Of its scheme.
    flips
        Bit flips of one of its multiplications by the formula, for structures that add.
    images
        On whose operands energies are.
    units
        The structures.
    dataflows
        That the hardware has.
    left_out
        Takes structures that cannot be accounted, and why.
    """
    operands = NetworkOperands(network, images)
    for structure in units.of(kind):
        flows = [flow for flow in dataflows if (flow == "output") != structure.stationary]
        for dataflow in flows:
            conditions = replace(units.conditions, structure=structure, dataflow=dataflow,
                                 scaled_sums=True)  # fmt: skip
            for name in SUMS:
                if not sums_hold(network, structure, name):
                    continue
                narrowed = with_sums(network, structure, name)
                try:
                    found = network_energy(narrowed, images, units.models, conditions,
                                           operands=operands)  # fmt: skip
                except SimError as error:
                    left_out[structure.entry] = str(error)
                    break
                whole = found[-1]
                assert whole.energy_fj is not None
                by_statistics = sum(
                    row.energy_fj or 0 for row in found[:-1] if row.model.startswith("operand")
                )
                yield Implementation(
                    structure.entry, dataflow, name, whole.energy_fj * 1e-6,
                    flips if structure.charge else whole.paper_flips / whole.macs,
                    by_statistics / whole.energy_fj,
                )  # fmt: skip
