"""What multiplies a network, side by side: number formats, units, orders, dataflows.

Every rival's network has the same corrections and the same calibration images; PANN spends
the bit flips that the paper's formula gives an unsigned MAC of the width it stands beside.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sim.accumulators import Accumulator
from sim.accuracy import accuracy
from sim.corrections import corrected
from sim.datasets import Dataset
from sim.network import Network
from sim.pann import mac_bit_flips
from sim.schemes import Scheme, Widths
from sim.searching.deployment import Deployment
from sim.searching.settings import search


@dataclass(frozen=True, slots=True)
class Rival:
    """A kind of scheme on a unit.

    Attributes
    ----------
    name
        What tables and figures call it.
    kind
        Of the scheme.
    entry, order, dataflow
        As in `Gates`.
    """

    name: str
    kind: str
    entry: str
    order: str = "given"
    dataflow: str = "output"


RIVALS = (
    Rival("signed", "signed", "mac_array"),
    Rival("signed, sorted by sign", "signed", "mac_array", "sorted"),
    Rival("signed, zeros skipped", "signed", "mac_zero_skip"),
    Rival("signed, weights stay", "signed", "mac_stationary", dataflow="weight"),
    Rival("unsigned x", "mixed", "mac_array"),
    Rival("unsigned x, sorted by sign", "mixed", "mac_array", "sorted"),
    Rival("unsigned x, zeros skipped", "mixed", "mac_zero_skip"),
    Rival("unsigned x, weights stay", "mixed", "mac_stationary", dataflow="weight"),
    Rival("sign-magnitude", "signmag", "mac_signmag"),
    Rival("split", "split", "mac_split"),
    Rival("split, sorted by sign", "split", "mac_split", "sorted"),
    Rival("split, clock gated", "split", "mac_split_gated"),
    Rival("split, clock gated, sorted", "split", "mac_split_gated", "sorted"),
    Rival("split, segments gated", "split", "mac_split_segmented"),
    Rival("split, zeros skipped", "split", "mac_split_zero_skip"),
    Rival("signed digits", "csd", "csd"),
    Rival("PANN", "pann", "pann"),
    Rival("PANN, clock gated", "pann", "pann_gated"),
    Rival("PANN, segments gated", "pann", "pann_segmented"),
    Rival("PANN weights, split", "pann", "mac_split_gated"),
    Rival("PANN weights, split, segments gated", "pann", "mac_split_segmented"),
    Rival("PANN weights, signed digits", "pann", "csd"),
)


@dataclass(frozen=True, eq=False)
class Quantized:
    """A network of integers, and how well it does.

    Attributes
    ----------
    kind, width
        Of its scheme; of PANN the width whose budget it spends.
    scheme
        The scheme.
    network
        Its integers.
    accuracy
        On the test images, percent.
    """

    kind: str
    width: int
    scheme: Scheme
    network: Network
    accuracy: float


def quantized_networks(
    network: Network,
    calibration: Dataset,
    validation: Dataset,
    test: Dataset,
    kinds: Sequence[str],
    widths: Sequence[int],
    acc_bits: int,
    corrections: str,
    jobs: int = 1,
    advance: Callable[[Quantized], None] = lambda _: None,
) -> Iterator[Quantized]:
    """Every kind at every width.

    Parameters
    ----------
    network
        The float network.
    calibration, validation, test
        Training images on which it is quantized, those that choose PANN's bits, and those
        whose accuracy is stated.
    acc_bits
        Of all sums; they must be proven to fit.

    Raises
    ------
    SimError
        If a network cannot be quantized, or sums might not fit.
    """
    deployment = Deployment(network, calibration.images, jobs)

    def scheme_of(kind: str, widths: Widths) -> Scheme:
        return replace(corrected(kind, widths, corrections), accumulator=Accumulator(acc_bits))

    for width in widths:
        for kind in kinds:
            if kind == "pann":
                found = search(
                    deployment,
                    sum(mac_bit_flips(width, width, False).values()),
                    validation,
                    lambda bits, additions: scheme_of("pann", Widths(bits, additions=additions)),
                    jobs,
                )
                scheme = found[0].scheme
            else:
                scheme = scheme_of(kind, Widths(width, width))
            integers = deployment.at(scheme)
            done = Quantized(kind, width, scheme, integers, accuracy(integers, test, jobs))
            advance(done)
            yield done
