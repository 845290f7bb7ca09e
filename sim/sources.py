"""What a run takes: a network and its data, given by paths or shipped."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sim.accumulators import Accumulator
from sim.architectures import load_network
from sim.datasets import Dataset, load
from sim.errors import SimError
from sim.network import INPUT, Network
from sim.quantize import quantize
from sim.schemes import Scheme

_SHIPPED = Path(__file__).parent / "data"
_SEED = 1  # of the order from which calibration and validation images are taken


@dataclass(frozen=True, eq=False)
class Source:
    """A network and the images that it is for.

    Parameters
    ----------
    weights
        `.npz` of a float network; None takes the shipped one.
    architecture
        Its description.
    onnx
        An ONNX file instead of the two.
    data
        Data set, see `sim.datasets`.
    calibration, validation
        How many training images each are taken, apart from each other.
    accumulator
        Of an ONNX file that is quantized already, in place of its own; others get theirs from a
        scheme.
    """

    weights: Path | None = None
    architecture: Path | None = None
    onnx: Path | None = None
    data: str = "digits"
    calibration: int = 512
    validation: int = 500
    accumulator: Accumulator | None = None
    network: Network = field(init=False)
    test: Dataset = field(init=False)
    train: Dataset = field(init=False)

    def __post_init__(self) -> None:
        if (self.weights is None) != (self.architecture is None):
            raise SimError("give both --weights and --architecture, or neither")
        if self.onnx is not None and self.weights is not None:
            raise SimError("give --onnx, or --weights and --architecture, not both")
        network = self._load()
        test, train = load(self.data, "test"), load(self.data, "train").shuffled(_SEED)
        for name, value in (("network", network), ("test", test), ("train", train)):
            object.__setattr__(self, name, value)
        images = test.images.shape[1:]
        if network.shapes[INPUT] != images:
            raise SimError(
                f"images of {test.name} have shape {images}, the network takes "
                f"{network.shapes[INPUT]}: give the data that it was trained on"
            )

    def _load(self) -> Network:
        if self.onnx is None:
            return load_network(*self.files)
        from sim.importers.onnx import load_onnx  # noqa: PLC0415 - an extra

        return load_onnx(self.onnx, accumulator=self.accumulator)

    @property
    def files(self) -> tuple[Path, ...]:
        """What the network is read from."""
        if self.onnx is not None:
            return (self.onnx,)
        if self.weights is None or self.architecture is None:
            return _SHIPPED / "digits.npz", _SHIPPED / "digits.toml"
        return self.weights, self.architecture

    @property
    def quantized_already(self) -> bool:
        """Whether the network came with integers of its own."""
        return bool(self.network.weighted)

    @property
    def kind(self) -> str:
        """Kind of the scheme that an ONNX file says it was made with; empty if it says none."""
        if self.onnx is None:
            return ""
        from sim.importers.onnx import notes_of  # noqa: PLC0415 - an extra

        return notes_of(self.onnx).kind

    @property
    def name(self) -> str:
        """What tables call the network."""
        return self.files[0].stem

    @property
    def calibration_images(self) -> Dataset:
        """Training images on which ranges are measured."""
        return self.train.part(0, min(self.calibration, len(self.train)))

    @property
    def validation_images(self) -> Dataset:
        """Training images on which choices are made; none of the others."""
        return self.train.part(min(self.calibration, len(self.train) - 1)).part(
            0, min(self.validation, max(len(self.train) - self.calibration, 1))
        )

    def quantized(
        self, scheme: Scheme, jobs: int = 1, advance: Callable[[int], None] | None = None
    ) -> Network:
        """The network under a scheme.

        Raises
        ------
        SimError
            If it is quantized already, or cannot be.
        """
        if self.quantized_already:
            raise SimError(f"{self.files[0]} is quantized already: take a float network")
        return quantize(self.network, scheme, self.calibration_images.images, jobs, advance)


def named(
    net: str,
    architecture: Path | None = None,
    data: str = "digits",
    *,
    onnx: str = "an ONNX file",
    calibration: int = 512,
    validation: int = 500,
    accumulator: Accumulator | None = None,
) -> Source:
    """The network that a command line names in one word, and its images.

    Parameters
    ----------
    net
        digits, the path of an ONNX file, or that of weights, which have an architecture.
    onnx
        What ONNX files may be, for the message.
    data, calibration, validation, accumulator
        As of `Source`.

    Raises
    ------
    SimError
        If it is none of those that are known.
    """
    path, files = Path(net), {}
    if path.suffix == ".onnx":
        files = {"onnx": path}
    elif path.suffix == ".npz" and architecture is not None:
        files = {"weights": path, "architecture": architecture}
    elif net != "digits":
        raise SimError(f"'{net}': give digits, {onnx}, or weights (.npz) with --architecture")
    return Source(
        **files, data=data, calibration=calibration, validation=validation, accumulator=accumulator
    )
