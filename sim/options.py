"""Options that the commands share, and what is made of them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from sim.accounting.conditions import Conditions
from sim.accumulators import Accumulator
from sim.dataflow import Array
from sim.datasets import Dataset
from sim.errors import SimError
from sim.network import Network
from sim.power_models import REPOSITORY_MODELS, PowerModels
from sim.schemes import Scheme

_log = logging.getLogger(__name__)

Net = Annotated[str, typer.Argument(help="digits (shipped), an ONNX file, or weights (.npz).")]
Weights = Annotated[Path | None, typer.Option(help="Weights of a float network (.npz).")]
Architecture = Annotated[Path | None, typer.Option(help="Its architecture (.toml).")]
Onnx = Annotated[
    Path | None, typer.Option(help="Or an ONNX file: QONNX, with QDQ nodes, or float.")
]
Data = Annotated[str, typer.Option(help="digits, a folder (MNIST, CIFAR-10, images), or .npz.")]
SchemeKind = Annotated[
    str, typer.Option("--scheme", help="signed, mixed, split, split-signed, pann, signmag, csd.")
]
BitsX = Annotated[int, typer.Option(help="Bits of activations.")]
BitsW = Annotated[int | None, typer.Option(help="Bits of weights; as many as activations.")]
Additions = Annotated[float | None, typer.Option(help="Of pann: additions an input element, R.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Further settings: first_bits, last_bits, residual_bits, function_bits, weight_rule, "
        "activation_rule, per_channel, batch_norm, bias_correction, rounding, weight_rounding, "
        "damping, compensated, dead_zone, additions_rule, digits, safe_accumulators, acc_bits, "
        "overflow.",
    ),
]
ImageCount = Annotated[int | None, typer.Option(min=1, help="Only the first test images.")]
EnergyImages = Annotated[int, typer.Option(min=1, help="Images whose operands are measured.")]
ModelsPath = Annotated[
    Path | None, typer.Option("--models", help="Power models; results/models.json.")
]
Library = Annotated[str, typer.Option(help="Cell library of the power models.")]
Delays = Annotated[str, typer.Option(help="Delay model of the power models.")]
Multiplier = Annotated[str, typer.Option(help="Of MACs: array, booth, dadda or behavioural.")]
Dataflow = Annotated[str, typer.Option(help="output, weight or input.")]
ArrayShape = Annotated[
    str | None, typer.Option("--array", metavar="RxC", help="MACs side by side: idle cycles too.")
]
Jobs = Annotated[int, typer.Option(min=1, help="Threads.")]
Dask = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Scheduler of a Dask cluster that does the work, as tcp://host:8786; --jobs is then "
        "what it has.",
    ),
]

_DEFAULT_MODELS = Path("results/models.json")
_NUMBERS = {"first_bits", "last_bits", "residual_bits", "function_bits", "acc_bits", "digits"}
_FRACTIONS = {"damping", "dead_zone"}
_SWITCHES = {"per_channel", "bias_correction", "compensated", "safe_accumulators"}
_WORDS = {"weight_rule", "activation_rule", "batch_norm", "rounding", "weight_rounding",
          "additions_rule", "overflow"}  # fmt: skip
_SETTINGS = _NUMBERS | _FRACTIONS | _SWITCHES | _WORDS


def scheme_of(
    kind: str,
    bits_x: int,
    bits_w: int | None = None,
    additions: float | None = None,
    settings: list[str] | None = None,
) -> Scheme:
    """A scheme from the options; without weights' bits, they are the activations'.

    Raises
    ------
    SimError
        If a setting is unknown or no number where one is wanted.
    """
    if kind == "pann" and additions is None:
        raise SimError("pann needs --additions, or use `sweep --budget`")
    bits_w = bits_w if kind == "pann" else bits_w or bits_x
    scheme = Scheme(kind, bits_x, bits_w, additions, bias_correction=True)
    chosen: dict[str, Any] = {}
    acc = {"bits": scheme.accumulator.bits, "overflow": scheme.accumulator.overflow}
    for setting in settings or []:
        name, equals, value = setting.partition("=")
        if name not in _SETTINGS or not equals:
            known = ", ".join(sorted(_SETTINGS))
            raise SimError(f"unknown setting '{setting}': write NAME=VALUE with one of {known}")
        if name in ("acc_bits", "overflow"):
            acc[name.removeprefix("acc_")] = _value(name, value)
        else:
            chosen[name] = _value(name, value)
    return replace(scheme, **chosen, accumulator=Accumulator(**acc))  # type: ignore[arg-type]


def own_accumulator(scheme: Scheme, settings: list[str] | None) -> Accumulator | None:
    """The accumulator if the settings speak of one; a quantized file keeps its own otherwise."""
    given = any(setting.startswith(("acc_bits=", "overflow=")) for setting in settings or [])
    return scheme.accumulator if given else None


def _value(name: str, value: str) -> Any:
    if name in _SWITCHES:
        if value not in ("yes", "no"):
            raise SimError(f"setting {name} is yes or no, not '{value}'")
        return value == "yes"
    if name in _NUMBERS:
        if not value.isdigit():
            raise SimError(f"setting {name} takes a number, not '{value}'")
        return int(value)
    if name in _FRACTIONS:
        try:
            return float(value)
        except ValueError:
            raise SimError(f"setting {name} takes a number, not '{value}'") from None
    return value


def conditions_of(
    library: str,
    delays: str,
    multiplier: str = "array",
    dataflow: str = "output",
    array: str | None = None,
) -> Conditions:
    """Which power models are meant.

    Raises
    ------
    SimError
        If the array is not written as two numbers.
    """
    rows, _, columns = (array or "1x1").partition("x")
    if not (rows.isdigit() and columns.isdigit()):
        raise SimError(f"an array is written as ROWSxCOLUMNS, 16x16, not '{array}'")
    shape = None if array is None else Array(int(rows), int(columns))
    return Conditions(library, delays, multiplier, dataflow=dataflow, array=shape)


def chosen_models(path: Path | None, needed: bool = False) -> PowerModels | None:
    """The power models given, or those of `results/`.

    Raises
    ------
    SimError
        If there are none and they are needed.
    """
    if path is not None:
        return PowerModels.load(path)
    for candidate in (_DEFAULT_MODELS, REPOSITORY_MODELS):
        if candidate.is_file():
            return PowerModels.load(candidate)
    message = (
        "no power models: there is no results/models.json; make it with "
        "`python -m characterize fit`, or give --models"
    )
    if needed:
        raise SimError(message)
    _log.warning("%s; showing bit flips by the formula only", message)
    return None


def evaluated(
    network: Network, data: Dataset, jobs: int, advance: Callable[[int], None] | None = None
) -> tuple[float, Mapping[str, int]]:
    """Percent of right classes, and overflows by layer."""
    classes, overflows = network.classify(data.images, jobs, advance=advance)
    return 100 * float(np.mean(classes == data.labels)), overflows
