"""Schemes: which integers stand for activations and weights, and which unit multiplies them."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.layers import FloatArray
from sim.pann import quantize_weights
from sim.quantizers import QUANTIZERS, quantized, steps
from sim.requantize import ROUNDINGS
from sim.signmag import SignMagnitude

KINDS = ("signed", "mixed", "split", "split-signed", "pann")
BATCH_NORMS = ("stored", "reestimated")
MAX_BITS = 8


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
        additions.
    bits_x, bits_w
        Bits of activations and of weights; no `bits_w` for `pann`.
    additions
        PANN's R, the mean number of additions an input element; for `pann` only.
    first_bits, last_bits
        Bits of activations (and weights) in the first and in the last layer; as all if None.
    residual_bits
        Bits of what is only added or averaged, never multiplied.
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
    accumulator: Accumulator = field(default_factory=Accumulator)

    def __post_init__(self) -> None:
        for what, given, known in (
            ("scheme", self.kind, KINDS),
            ("rule for weights", self.weight_rule, QUANTIZERS[:-1]),
            ("rule for activations", self.activation_rule, QUANTIZERS),
            ("batch norm", self.batch_norm, BATCH_NORMS),
            ("rounding", self.rounding, ROUNDINGS),
        ):
            if given not in known:
                raise SimError(f"unknown {what} '{given}': known are {', '.join(known)}")
        for name in ("bits_x", "bits_w", "first_bits", "last_bits"):
            bits = getattr(self, name)
            # A sign needs a bit of its own.
            least = 2 if self.kind in ("signed", "split-signed") or name == "bits_w" else 1
            least = 1 if self.kind == "split" else least
            if bits is not None and not least <= bits <= MAX_BITS:
                raise SimError(f"{name} of {self.kind} is {least} to {MAX_BITS}, not {bits}")
        if self.kind == "pann":
            if self.additions is None or not self.additions > 0 or self.bits_w is not None:
                raise SimError(
                    f"pann takes a positive number of additions and no bits of weights, "
                    f"not {self.additions} and {self.bits_w}"
                )
        elif self.bits_w is None or self.additions is not None:
            raise SimError(f"{self.kind} takes bits of weights and no number of additions")
        if not self.bits_x <= self.residual_bits <= 16:
            raise SimError(
                f"residual_bits is at least bits_x, {self.bits_x}, and at most 16, "
                f"not {self.residual_bits}"
            )

    @property
    def split(self) -> bool:
        """Whether positive and negative products are summed apart."""
        return self.kind in ("split", "split-signed", "pann")

    @property
    def sums(self) -> Accumulator:
        """The accumulator of every layer."""
        return Accumulator(self.accumulator.bits, self.accumulator.overflow, self.split)

    def activation_format(self, bits: int) -> IntFormat:
        """Format of an activation that is multiplied."""
        return IntFormat(bits, signed=self.kind == "signed")

    def weights(
        self, weight: npt.NDArray[np.floating], bits: int | None
    ) -> tuple[IntArray, FloatArray, IntFormat]:
        """Integers of a layer's weights.

        Parameters
        ----------
        weight
            Shape (M, ...).
        bits
            Bits of a weight; None for `pann`.

        Returns
        -------
        integers : IntArray
            Of the weights' shape.
        step : FloatArray
            What they are multiples of, shape (M,) or (1,).
        format : IntFormat
            What holds them.
        """
        rows = weight.reshape(len(weight), -1) if self.per_channel else weight.reshape(1, -1)
        if self.kind == "pann":
            assert self.additions is not None
            integers, step = quantize_weights(rows, self.additions)
            largest = int(np.abs(integers).max(initial=1))
            number: IntFormat = SignMagnitude(largest.bit_length() + 1)
        else:
            assert bits is not None
            number = SignMagnitude(bits + 1) if self.kind == "split" else IntFormat(bits, True)
            lowest, highest = (-number.max if self.split else number.min), number.max
            step = steps(rows, lowest, highest, self.weight_rule)
            integers = quantized(rows, step[:, None], lowest, highest)
        return integers.reshape(weight.shape), step, number

    def __str__(self) -> str:
        if self.kind == "pann":
            return f"pann x{self.bits_x} R{self.additions:g}"
        return f"{self.kind} x{self.bits_x} w{self.bits_w}"
