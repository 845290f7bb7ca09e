"""Stimuli: the operand streams of a case, by distribution and seed, or recorded.

Every port has a stream of its own, which depends on the seed, the stimulus, the
port's role and its format, and on nothing else.
"""

import hashlib
import math
import re
import zipfile
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from characterize import draw, samples
from characterize.errors import CharacterizeError
from characterize.tiles import TILE, tile_operands
from characterize.units import Port, UnitSpec
from sim.formats import IntArray, IntFormat

MOST_PAIRS = 1 << 20  # that are worth trying all
DOT_PRODUCT_LENGTH = 256  # operations between two clears of an accumulator
# Name -> meaning of its argument, and whether it can be left out.
STIMULI = {
    "uniform": ("", True),
    "gaussian": ("sigma in least significant bits", True),
    "relu": ("sigma in least significant bits", True),
    "sparse": ("probability of zero, 0 to 1", False),
    "correlated": ("correlation of neighbouring operands, above -1 and below 1", False),
    "recorded": ("an .npz file with an array for each operand", False),
}
# Standard deviation of the Gaussian as a share of the range on one side of 0:
# clipping at 3 sigma, as quantizers of real layers do.
_SIGMA_SHARE = 1 / 3
_SIGMA_SHARE_Q = 1 / 16  # additions of a PANN weight: 1.6 on average at 5 bits
# Of these every value is alike with every stimulus: they say which digit of a
# weight is at work, and half of all weights are negative.
_CONTROL_ROLES = ("sign", "negative", "shift")
_PROTOCOL = ("clear", "enable", "load")  # not drawn
_WORD_BITS = 32  # of what is drawn; of wider numbers these are the upper bits


@dataclass(frozen=True)
class Stimulus:
    """An operand distribution.

    Attributes
    ----------
    text
        `uniform`: every value of the format alike. `gaussian` or `gaussian(SIGMA)`:
        rounded, clipped to the format; sigma in least significant bits, a third of
        the range if left out (2^(bits - 1), unsigned 2^bits); unsigned operands are
        absolute values. `relu`: the same, but an unsigned x is rectified: negative
        samples become 0. `sparse(P)`: zero with probability P, else uniform.
        `correlated(RHO)`: a first-order autoregressive sequence of the Gaussian. Of numbers
        above 32 bits the upper 32 are drawn so, and the others uniform.
        `recorded(FILE)`: arrays of a NumPy .npz file, named by role.
    seed
        Of the generator.

    Raises
    ------
    CharacterizeError
        If the text is none of these.
    """

    text: str
    seed: int = 1
    _kind: str = field(init=False, repr=False, compare=False)
    _argument: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        match = re.fullmatch(r"(\w+)(?:\((.*)\))?", self.text.strip())
        kind, argument = (match[1], (match[2] or "").strip()) if match else (self.text, "")
        if kind not in STIMULI:
            raise CharacterizeError(f"unknown stimulus '{kind}': known are {', '.join(STIMULI)}")
        meaning, optional = STIMULI[kind]
        if bool(argument) and not meaning:
            raise CharacterizeError(f"stimulus '{self.text}': {kind} takes no argument")
        if not argument and not optional:
            raise CharacterizeError(f"stimulus '{self.text}': write {kind}(...), {meaning}")
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_argument", argument)
        if kind in ("gaussian", "relu", "sparse", "correlated") and argument:
            legal = {"sparse": lambda v: 0 <= v <= 1, "correlated": lambda v: -1 < v < 1}
            if not legal.get(kind, lambda v: v > 0)(self._number):
                raise CharacterizeError(f"stimulus '{self.text}': {kind} takes {meaning}")

    @property
    def name(self) -> str:
        """What tables call it: the text, of a file its name only."""
        if not self._argument:
            return self._kind
        argument = self._argument
        if self._kind == "recorded":
            return f"recorded({Path(argument).name})"
        return f"{self._kind}({self._number:g})"

    @cached_property
    def content(self) -> str:
        """Everything that decides the operands: name, seed, of a file its hash."""
        if self._kind != "recorded":
            return f"{self.name} {self.seed}"
        return f"recorded {hashlib.sha256(_read(Path(self._argument))).hexdigest()}"

    @property
    def _number(self) -> float:
        try:
            value = float(self._argument)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise CharacterizeError(
                f"stimulus '{self.text}': {self._kind} takes {STIMULI[self._kind][0]}"
            )
        return value

    def begins_anywhere(self, unit: UnitSpec) -> bool:
        """Whether operands do not depend on those before them: `operands` from `first` on."""
        return self._kind not in ("recorded", "correlated") and not (
            unit.port("addend") is not None or unit.port("q") is not None
        )

    def operands(self, unit: UnitSpec, cycles: int, first: int = 0) -> dict[str, IntArray]:
        """Operand streams of a unit.

        Parameters
        ----------
        cycles
            Number of cycles, the uncounted first one included.
        first
            Cycles that are left out at the beginning.

        Returns
        -------
        dict
            Role of each operand port -> values, shape (cycles - first,). Accumulators are
            always enabled, and cleared at the first cycle of each dot product. Places of
            a requantizer stay. The
            operands of a weight that is added q times are held for q cycles. Where
            partial sums arrive, w stays for a tile of operations.

        Raises
        ------
        CharacterizeError
            If a recorded stimulus lacks an operand, is too short, or out of range.
        """
        if first and not self.begins_anywhere(unit):
            return {role: some[first:] for role, some in self.operands(unit, cycles).items()}
        if self._kind == "recorded":
            return self._recorded(unit, cycles)
        if unit.port("addend") is not None:
            return tile_operands(unit, cycles, self._port, f"{self.seed} {self.name}")
        if unit.port("q") is None:
            count = cycles - first
            streams = {port.role: self._port(port, count, first=first) for port in unit.operands}
            return streams | _of_the_layer(unit, count)
        # Some weights are 0 and take no cycle: draw more until there are enough.
        drawn = cycles // 2 + 64
        while True:
            weights = {port.role: self._port(port, drawn) for port in unit.operands}
            taken = int(weights["q"].sum())
            if taken >= cycles:
                return _repeated(weights, cycles)
            if not taken and drawn > cycles:
                raise CharacterizeError(f"{unit.name}: with {self.name} every weight is 0")
            drawn = max(drawn * cycles // max(taken, cycles // 4, 1), drawn) * 9 // 8

    def _port(
        self, port: Port, count: int, place: str = "", drawn: IntArray | None = None, first: int = 0
    ) -> IntArray:
        if port.role in _PROTOCOL:
            return _held(port, count, first)
        if port.format.bits > _WORD_BITS:
            return self._wide(port, count, place, drawn, first)
        stream = f"{self.seed} {self.name} {port.role}{place} {port.format}"
        # Words that are spread evenly would be no autoregressive sequence.
        spread = None if self._kind == "correlated" else drawn
        if self._kind in ("uniform", "sparse") or port.role in _CONTROL_ROLES:
            if spread is None:
                values = draw.uniform(stream, count, port.format, first)
            else:
                values = samples.uniform(spread, port.format)
            if self._kind == "sparse" and port.role not in _CONTROL_ROLES:
                draw.zeros(values, f"{stream} zero", self._number, first)
            return values
        share = _SIGMA_SHARE_Q if port.role == "q" else _SIGMA_SHARE
        sigma = share * (port.format.max + 1)
        if self._kind == "correlated":
            values = draw.correlated(stream, count, port.format, sigma, self._number)
        else:
            sigma = self._number if self._argument else sigma
            if spread is None:
                values = draw.gaussian(stream, count, port.format, sigma, first)
            else:
                values = samples.gaussian(spread, port.format, sigma)
        if port.format.signed:
            return values
        if self._kind == "relu" and port.role == "x":
            return np.maximum(values, 0, out=values)
        return np.abs(values, out=values)

    def _wide(
        self, port: Port, count: int, place: str, drawn: IntArray | None, first: int
    ) -> IntArray:
        """A number of more bits than are drawn at once, of two that are."""
        below = port.format.bits - _WORD_BITS
        upper = replace(port, format=IntFormat(_WORD_BITS, port.format.signed))
        values = self._port(upper, count, place, drawn, first)
        stream = f"{self.seed} {self.name} {port.role}{place} {port.format} below"
        low = draw.uniform(stream, count, IntFormat(below, signed=False), first)
        if self._kind == "sparse":
            low[values == 0] = 0
        return (values << below) | low

    def _recorded(self, unit: UnitSpec, cycles: int) -> dict[str, IntArray]:
        path = Path(self._argument)
        streams: dict[str, IntArray] = {}
        for port in unit.operands:
            values = self._arrays.get(port.role)
            if values is None and port.role in _PROTOCOL:
                continue
            if values is None:
                raise CharacterizeError(
                    f"{path}: {unit.name} needs an array '{port.role}', "
                    f"there are {', '.join(self._arrays) or 'none'}"
                )
            if not port.format.contains(values):
                wrong = int(
                    np.flatnonzero((values < port.format.min) | (values > port.format.max))[0]
                )
                raise CharacterizeError(
                    f"{path}: {port.role}[{wrong}] is {values[wrong]}, but {unit.name} takes "
                    f"{port.format.min} to {port.format.max}"
                )
            streams[port.role] = values
        lengths = {values.size for values in streams.values()}
        if len(lengths) != 1:
            raise CharacterizeError(f"{path}: the arrays of {unit.name} are not of one length")
        (length,) = lengths
        if "q" in streams:
            length = int(streams["q"].sum())
        if length < cycles:
            raise CharacterizeError(
                f"{path}: has {length} operations of {unit.name}, {cycles} are needed "
                "(one more than --vectors)"
            )
        if "q" in streams:
            return _repeated(streams, cycles)
        streams = {role: values[:cycles] for role, values in streams.items()}
        if unit.port("load") is not None and "load" not in streams:
            changes = np.diff(streams["w"], prepend=streams["w"][0] - 1) != 0
            streams["load"] = np.asarray(changes, dtype=np.int64)
        return {port.role: streams.get(port.role, _held(port, cycles)) for port in unit.operands}

    @cached_property
    def _arrays(self) -> dict[str, IntArray]:
        path = Path(self._argument)
        _read(path)
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except (OSError, ValueError, AttributeError, zipfile.BadZipFile) as error:
            raise CharacterizeError(f"{path}: not a NumPy .npz file: {error}") from error
        for name, values in arrays.items():
            if values.ndim != 1 or values.dtype.kind not in "iub":
                raise CharacterizeError(
                    f"{path}: '{name}' must be one-dimensional and of integers, it is "
                    f"{values.dtype} of shape {values.shape}"
                )
        return {name: values.astype(np.int64) for name, values in arrays.items()}


def default_stimuli(unit: UnitSpec) -> tuple[str, ...]:
    """The stimuli of a unit's default cases: uniform, and one that looks like a network."""
    x = unit.port("x")
    return ("uniform", "relu" if x is not None and not x.format.signed else "gaussian")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CharacterizeError(f"{path}: cannot read it: {error.strerror}") from error


def _held(port: Port, cycles: int, begin: int = 0) -> IntArray:
    """What control does: always enabled, cleared for each dot product, loaded for each tile."""
    if port.role == "enable":
        return np.ones(cycles, dtype=np.int64)
    period = TILE if port.role == "load" else DOT_PRODUCT_LENGTH
    first = np.arange(begin, begin + cycles) % period == 0
    return np.asarray(first, dtype=np.int64)


def _of_the_layer(unit: UnitSpec, cycles: int) -> dict[str, IntArray]:
    """Places by which a requantizer shifts: its largest product just fits the result."""
    x, m, places = (unit.port(role) for role in ("x", "m", "places"))
    if x is None or m is None or places is None:
        return {}
    (result,) = unit.results
    fitting = x.format.bits + m.format.bits - result.format.bits
    return {"places": np.full(cycles, min(fitting, places.format.max), dtype=np.int64)}


def _repeated(weights: dict[str, IntArray], cycles: int) -> dict[str, IntArray]:
    """Streams of weights as streams of their additions: each q times, q = 0 left out.

    Sums are cleared at the first weight that begins in each dot product's length
    of additions.
    """
    ends = np.cumsum(weights["q"])
    used = int(np.searchsorted(ends, cycles)) + 1
    additions = weights["q"][:used].copy()
    additions[-1] -= ends[used - 1] - cycles
    begins = (np.cumsum(additions) - additions)[additions > 0]
    product = begins // DOT_PRODUCT_LENGTH
    clear = np.zeros(cycles, dtype=np.int64)
    clear[begins[np.diff(product, prepend=-1) != 0]] = 1
    streams = {role: np.repeat(values[:used], additions) for role, values in weights.items()}
    return streams | {"clear": clear}


def exhaustive(unit: UnitSpec) -> dict[str, IntArray]:
    """All operands of a unit without state, the last repeated until its result is out.

    Raises
    ------
    CharacterizeError
        If the unit keeps state beyond its latency, or has more than 2^20 pairs.
    """
    values = [port.format.values() for port in unit.operands]
    if unit.port("enable") is not None or math.prod(v.size for v in values) > MOST_PAIRS:
        raise CharacterizeError(f"{unit.name}: its operand pairs cannot be exhausted")
    repeats = -(-unit.latency // unit.cycles_per_op)
    return {
        port.role: np.concatenate([grid.ravel(), np.repeat(grid.ravel()[-1:], repeats)])
        for port, grid in zip(unit.operands, np.meshgrid(*values), strict=True)
    }
