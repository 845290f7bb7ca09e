"""What runs at the gates for each layer of a network: units, netlists, delays."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from characterize.cache import NO_CACHE, Cache
from characterize.cell_table import load_library
from characterize.delays import DELAY_MODELS, Delays, delays_of
from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.network.chunks import Chunk, layer_chunks
from characterize.network.cycles import ORDERS
from characterize.network.units import layer_units
from characterize.rows import clock_period_ps
from characterize.synthesis import synthesize
from characterize.timing import StaticTiming, analyze
from characterize.units import RTL_DIR, Entry, Registry, UnitSpec
from sim.dataflow import DATAFLOWS
from sim.errors import SimError
from sim.network import Network
from sim.patches import Array
from sim.product_tables import TableProduct
from sim.weighted import Conv2d, Linear


@dataclass(frozen=True, slots=True)
class Gates:
    """How a network's multiplications are made.

    Attributes
    ----------
    entry
        Of the registry, from which each layer takes the smallest unit; or one unit's name.
    library
        Name or path of a cell table.
    dataflow
        Order of the operands, see `sim.dataflow`.
    order
        Of the weights in a dot product, see `network.cycles`.
    delay_model, step_ps
        As of a `Case`.
    own
        The entry where it is in no registry, see `network.own`.

    Raises
    ------
    CharacterizeError
        If something is unknown.
    """

    entry: str = "mac_array"
    library: str = "asap7"
    dataflow: str = "output"
    order: str = "given"
    delay_model: str = "zero"
    step_ps: float | None = None
    own: Entry | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for what, given, known in (
            ("dataflow", self.dataflow, DATAFLOWS),
            ("order", self.order, ORDERS),
            ("delay model", self.delay_model, DELAY_MODELS),
        ):
            if given not in known:
                raise CharacterizeError(f"unknown {what} '{given}': known are {', '.join(known)}")


@dataclass(frozen=True, eq=False)
class Mapped:
    """A unit on its library's cells.

    Attributes
    ----------
    netlist, timing, delays
        Its gates, their static pass, and the delays of simulation.
    clock_ps
        Clock period.
    """

    netlist: Netlist
    timing: StaticTiming
    delays: Delays
    clock_ps: float

    @classmethod
    def of(cls, unit: UnitSpec, gates: Gates, cache: Cache = NO_CACHE) -> "Mapped":
        """Synthesize a unit.

        Raises
        ------
        CharacterizeError
            If it cannot be.
        """
        library = load_library(gates.library)
        netlist = synthesize(unit, library, cache)
        timing = analyze(netlist)
        delays = delays_of(netlist, timing, gates.delay_model, gates.step_ps)
        return cls(netlist, timing, delays, clock_period_ps(library, timing))


@dataclass(frozen=True, eq=False)
class LayerGates:
    """A layer and the gates that it runs on.

    Attributes
    ----------
    name, layer
        Of the network.
    source
        Name of the tensor that it takes.
    macs
        Its multiplications for one image.
    unit
        Adds up products.
    subtract
        Makes one sum of two; None where there is one only.
    """

    name: str
    layer: Conv2d | Linear
    source: str
    macs: int
    unit: Mapped
    subtract: Mapped | None

    def chunks(self, x: Array, gates: Gates) -> Iterator[Chunk]:
        """What the unit does for the layer's inputs of some images, image by image."""
        for index in range(len(x)):
            matrices = self.layer.matrices(x[index : index + 1])
            for matrix, product in zip(matrices, self.layer.products, strict=True):
                yield from layer_chunks(
                    self.unit.netlist.unit, matrix, product.weights, gates.dataflow, gates.order,
                    table=product.table if isinstance(product, TableProduct) else None,
                )  # fmt: skip


def layers_at_gates(
    network: Network, gates: Gates, cache: Cache = NO_CACHE, registry: Registry | None = None
) -> list[LayerGates]:
    """Every layer with weights, and the gates that it runs on.

    Parameters
    ----------
    cache
        Holds netlists.
    registry
        The shipped one if None.

    Raises
    ------
    CharacterizeError
        If no unit holds a layer's numbers; the message names the layer.
    """
    registry = registry or Registry(RTL_DIR / "units.toml")
    if gates.own is not None:
        registry = registry.beside(gates.own)
    mapped: dict[str, Mapped] = {}
    macs = network.macs()
    if not network.weighted:
        raise CharacterizeError("the network has no integer layer with weights: quantize it first")

    def at_gates(unit: UnitSpec) -> Mapped:
        if unit.name not in mapped:
            mapped[unit.name] = Mapped.of(unit, gates, cache)
        return mapped[unit.name]

    found = []
    for name, layer in network.weighted.items():
        try:
            units = layer_units(registry, gates.entry, layer)
            found.append(
                LayerGates(
                    name, layer, network.node(name).inputs[0], macs[name], at_gates(units.unit),
                    None if units.subtract is None else at_gates(units.subtract),
                )
            )  # fmt: skip
        except (CharacterizeError, SimError) as error:
            raise CharacterizeError(f"layer {name}: {error}") from error
    return found
