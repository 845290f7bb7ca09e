"""What the power models of a network's energy were measured with."""

from dataclasses import dataclass

from sim.dataflow import Array as MacArray
from sim.structures import Structure


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the power models were measured with.

    Attributes
    ----------
    library, delay_model
        Of the tables.
    architecture
        Of MACs that are not split and add to their own sums: `array`, `booth`, `dadda`,
        `behavioural`.
    gated
        Whether split MACs have clock gates.
    dataflow
        Order of the operands, see `sim.dataflow`.
    array
        MACs that work on a layer together; in cycles without an operation each still
        takes its clock and leakage (part `idle`). None leaves idle cycles out.
    structure
        Of the unit of every layer; None takes what scheme and dataflow call for.
    scaled_sums
        Whether a unit whose sum is not as wide as the layer's takes clock energy in
        proportion to the layer's, in place of its own.
    """

    library: str = "asap7"
    delay_model: str = "library"
    architecture: str = "array"
    gated: bool = True
    dataflow: str = "output"
    array: MacArray | None = None
    structure: Structure | None = None
    scaled_sums: bool = False
