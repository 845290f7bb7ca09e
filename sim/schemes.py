"""Schemes: which integers stand for activations and weights, and which unit multiplies them."""

from dataclasses import dataclass, field

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.formats import IntFormat
from sim.kept_values import KeptValues
from sim.priced_values import PricedValues
from sim.quantizers import QUANTIZERS
from sim.requantize import ROUNDINGS
from sim.signmag import SignMagnitude

KINDS = ("signed", "mixed", "split", "split-signed", "pann", "signmag", "csd")
SPLIT_KINDS = ("split", "split-signed", "pann")
BATCH_NORMS = ("stored", "reestimated")
WEIGHT_ROUNDINGS = ("nearest", "feedback")
ADDITIONS_RULES = ("nominal", "measured")
MAX_BITS = 8
FUNCTION_BITS = (8, 16)


@dataclass(frozen=True, slots=True)
class Widths:
    """Bits of activations and of weights of one layer; of PANN its additions."""

    bits_x: int
    bits_w: int | None = None
    additions: float | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a float network becomes one of integers.

    Parameters
    ----------
    kind
        `signed`: activations and weights in two's complement; a rectified activation then
        uses its upper half only. `mixed`: unsigned activations, weights in two's
        complement. `split`: unsigned activations, weights of `bits_w` bits of magnitude,
        whose positive and negative products are summed apart. `split-signed`: the same
        with weights of `bits_w` bits, the sign among them. `pann`: weights are numbers of
        additions. `signmag`: weights of a sign and `bits_w - 1` bits of magnitude;
        activations unsigned, or with a sign where they may be negative. `csd`: two's
        complement weights of few canonical signed digits, an addition each; activations
        as those of `signmag`, in two's complement.
    bits_x, bits_w
        Bits of activations and of weights; no `bits_w` for `pann`.
    additions
        PANN's R, the mean number of additions an input element; for `pann` only.
    first_bits, last_bits
        Bits of activations (and weights) in the first and in the last layer; as all if None.
    residual_bits
        Bits of what is only added or averaged, never multiplied.
    function_bits
        Bits of operands and results of sigmoid, tanh and softmax, 8 or 16.
    weight_rule, activation_rule
        How steps are found, see `sim.quantizers`.
    per_channel
        Whether each output channel's weights have their own step.
    batch_norm
        `stored`: statistics as trained. `reestimated`: moved as quantization moves those
        of the calibration images, layer after layer in the network that is quantized so far.
    bias_correction
        Whether the mean error of each channel's sums is taken out.
    rounding
        Of the requantizer.
    weight_rounding
        `nearest`, or `feedback`: errors fed back, see `sim.quantizing.error_feedback`.
    damping
        Of error feedback.
    compensated
        With error feedback, whether weights first move to where the quantized inputs give
        what the float network's inputs gave.
    dead_zone
        Magnitudes below so many steps become 0; 0.5 is nearest rounding.
    additions_rule
        Of `pann`. `nominal`: the step is that of the formula. `measured`: a step that leaves
        no more than `additions` a weight after rounding, and little less.
    digits
        Of `csd`: how many digits of a weight may differ from 0; any number if None.
    layers
        Widths of single layers by name, over all others.
    activation_steps
        Steps of the activations of single layers by name, in place of the rule's.
    weight_steps
        Steps of the weights of single layers by name, as integer inputs meet them, in place
        of the rule's.
    kept_weights, kept_activations
        The only integers that weights, and activations, of single layers may be; of weights
        also energies, by which they are chosen.
    safe_accumulators
        Whether each layer's accumulator is the smallest that nothing can overflow.
    accumulator
        What sums are kept in; whether it is split follows from the kind.

    Raises
    ------
    SimError
        If something is unknown, missing or out of range.
    """

    kind: str
    bits_x: int
    bits_w: int | None = None
    additions: float | None = None
    first_bits: int | None = None
    last_bits: int | None = None
    residual_bits: int = 8
    weight_rule: str = "mmse"
    activation_rule: str = "mmse"
    per_channel: bool = False
    batch_norm: str = "stored"
    bias_correction: bool = False
    rounding: str = "shift"
    weight_rounding: str = "nearest"
    damping: float = 0.01
    compensated: bool = False
    dead_zone: float = 0.5
    additions_rule: str = "nominal"
    digits: int | None = None
    layers: tuple[tuple[str, Widths], ...] = ()
    activation_steps: tuple[tuple[str, float], ...] = ()
    weight_steps: tuple[tuple[str, float], ...] = ()
    kept_weights: tuple[tuple[str, KeptValues | PricedValues], ...] = ()
    kept_activations: tuple[tuple[str, KeptValues], ...] = ()
    safe_accumulators: bool = False
    accumulator: Accumulator = field(default_factory=Accumulator)
    function_bits: int = 8

    def __post_init__(self) -> None:
        for what, given, known in (
            ("scheme", self.kind, KINDS),
            ("rule for weights", self.weight_rule, QUANTIZERS[:-1]),
            ("rule for activations", self.activation_rule, QUANTIZERS),
            ("batch norm", self.batch_norm, BATCH_NORMS),
            ("rounding", self.rounding, ROUNDINGS),
            ("rounding of weights", self.weight_rounding, WEIGHT_ROUNDINGS),
            ("rule for additions", self.additions_rule, ADDITIONS_RULES),
        ):
            if given not in known:
                raise SimError(f"unknown {what} '{given}': known are {', '.join(known)}")
        self._check_widths("", Widths(self.bits_x, self.bits_w, self.additions))
        for name in ("first_bits", "last_bits"):
            self._check_bits(name, getattr(self, name), self.bits_w is not None)
        for layer, widths in self.layers:
            self._check_widths(f"layer {layer}: ", widths)
        if self.function_bits not in FUNCTION_BITS:
            raise SimError(f"function_bits is 8 or 16, not {self.function_bits}")
        if not 0.5 <= self.dead_zone <= 1:
            raise SimError(f"a dead zone is 0.5 to 1 steps, not {self.dead_zone:g}")
        if not self.damping > 0:
            raise SimError(f"damping is positive, 0.01 for instance, not {self.damping:g}")
        if self.digits is not None and not (self.kind == "csd" and self.digits >= 1):
            raise SimError(f"digits are for csd and at least 1, not {self.kind}, {self.digits}")
        if self.compensated and self.weight_rounding != "feedback":
            raise SimError("compensated weights need weight_rounding feedback")
        if not self.bits_x <= self.residual_bits <= 16:
            raise SimError(
                f"residual_bits is at least bits_x, {self.bits_x}, and at most 16, "
                f"not {self.residual_bits}"
            )

    def _check_widths(self, where: str, widths: Widths) -> None:
        for name in ("bits_x", "bits_w"):
            try:
                self._check_bits(name, getattr(widths, name), False)
            except SimError as error:
                raise SimError(f"{where}{error}") from error
        if self.kind == "pann":
            if widths.additions is None or not widths.additions > 0 or widths.bits_w is not None:
                raise SimError(
                    f"{where}pann takes a positive number of additions and no bits of weights, "
                    f"not {widths.additions} and {widths.bits_w}"
                )
        elif widths.bits_w is None or widths.additions is not None:
            raise SimError(f"{where}{self.kind} takes bits of weights and no number of additions")

    def _check_bits(self, name: str, bits: int | None, weights_too: bool) -> None:
        # A sign needs a bit of its own.
        signed = self.kind in ("signed", "split-signed")
        least = 2 if signed or ((name == "bits_w" or weights_too) and self.kind != "split") else 1
        if bits is not None and not least <= bits <= MAX_BITS:
            raise SimError(f"{name} of {self.kind} is {least} to {MAX_BITS}, not {bits}")

    @property
    def split(self) -> bool:
        """Whether positive and negative products are summed apart."""
        return self.kind in SPLIT_KINDS

    @property
    def sums(self) -> Accumulator:
        """The accumulator of every layer."""
        return Accumulator(self.accumulator.bits, self.accumulator.overflow, self.split)

    def activation_format(self, bits: int, positive: bool = True) -> IntFormat:
        """Format of an activation that is multiplied."""
        if self.kind == "signmag" and not positive:
            return SignMagnitude(bits)
        return IntFormat(bits, self.kind == "signed" or (self.kind == "csd" and not positive))

    def widths(self, name: str, first: bool, last: bool) -> Widths:
        """Those of a layer: its own, or those of the first or last layer, or of all."""
        own = dict(self.layers).get(name)
        if own is not None:
            return own
        override = self.first_bits if first else self.last_bits if last else None
        bits_w = None if self.bits_w is None else override or self.bits_w
        return Widths(override or self.bits_x, bits_w, self.additions)

    def __str__(self) -> str:
        if self.kind == "pann":
            return f"pann x{self.bits_x} R{self.additions:g}"
        return f"{self.kind} x{self.bits_x} w{self.bits_w}"
