"""What the report says in words of its own: definitions, structures, limits."""

from collections.abc import Iterable

DELAYS = {
    "zero": "every gate answers at once: no glitches",
    "unit": "every gate takes one step",
    "library": "every gate takes the time that the library states for it at its load",
}
OPERANDS = {
    "uniform": "every value alike",
    "gaussian": "bell-shaped around zero, rounded; like the weights of a network",
    "relu": "the same, negative activations set to zero; like what a rectified layer gives",
}
STRUCTURES = {
    "array": "partial products summed row by row (Baugh-Wooley where signed)",
    "array-registered": "array multiplier between operand and result registers",
    "booth": "radix-4 Booth: half as many partial products, of recoded weights",
    "dadda": "partial products summed in a tree",
    "behavioural": "the operator of the language, built as the synthesizer likes",
    "serial": "shift and add, one bit of the weight a cycle",
    "signmag": "operands coded as sign and magnitude",
    "zero-skip": "registers hold and the sum is not clocked on when an operand is zero",
    "stationary": "one operand stays for 64 operations; the sum of a neighbour is added to, and "
    "handed on",
    "stationary-prefix": "the same with a Brent-Kung adder: carries in a sparse prefix tree",
    "pe": "element of a systolic array: the same with registers of input, weight and sum",
    "pe-gated": "the same, registers clocked while they take something, and a multiplier that is "
    "still while the weight is 0",
    "csd": "shift and add, one non-zero digit of the recoded weight an operation",
    "split": "unsigned multiplier, one sum for positive and one for negative weights",
    "split-gated": "the same, the clock of the sum that is not addressed held",
    "split-segmented": "the same, the clock of the sum's upper bits held where no carry comes",
    "split-zero-skip": "split and gated; registers hold and no sum is clocked when an operand is "
    "zero",
    "pann": "no multiplier: the activation is added |q| times, to one of two sums; one addition is "
    "one operation",
    "pann-gated": "the same, the clock of the sum that is not addressed held",
    "pann-segmented": "the same, the clock of the sum's upper bits held where no carry comes",
    "ripple": "carry from bit to bit",
    "brent-kung": "carries in a sparse prefix tree",
    "kogge-stone": "carries in a dense prefix tree",
    "subtract-ripple": "the subtraction that ends a split dot product",
}
INCLUDED = (
    ("Operation", "one pair of operands accepted by the unit. Most units take one clock cycle; "
     "the column cycles_per_op says what the others take. The operation counted first follows one "
     "that is not counted."),
    ("Toggle", "one change, 0 to 1 or 1 to 0, of one wire (net). It is functional if it is there "
     "with zero delays, else a glitch. Clock and constants are not counted."),
    ("Switching energy", "half of capacitance times the square of the supply voltage for every "
     "toggle; the capacitance is that of the pins driven, an allowance for the wire, and at "
     "outputs the data pin of one flip-flop."),
    ("Internal energy", "what the library states that a cell takes by itself for a change of its "
     "pins, at the load and the slopes that it has in this circuit."),
    ("Clock energy", "the clock pins of the unit's flip-flops, both edges, in every cycle in which "
     "their clock runs."),
    ("Leakage", "leakage power of all cells times the clock period: static energy. The other three "
     "are dynamic."),
    ("Energy", "the sum of the four, in femtojoule (fJ, 10⁻¹⁵ joule) per operation."),
    ("Delays", "one delay for each cell output, rounded to whole steps. A pulse shorter than a "
     "gate's delay is swallowed; without that rule glitches would be several times as many."),
)  # fmt: skip
NOT_INCLUDED = (
    "layout, and wires beyond a fixed allowance for each fan-out",
    "the clock tree: only the flip-flops' own pins are counted",
    "memories, and moving operands to and from them",
    "the registers that the operands come from, and control outside the unit",
    "silicon: no figure here was measured on a chip, or held against a commercial power tool",
)


def structures(names: Iterable[str]) -> list[tuple[str, str]]:
    """The structures of a table, explained; a new one has its name alone."""
    return [(name, STRUCTURES.get(name, "")) for name in names]
