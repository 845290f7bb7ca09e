"""Units: Verilog modules with their parameters set, as `rtl/units.toml` lists them."""

import itertools
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from characterize.errors import CharacterizeError
from characterize.expressions import Expression
from characterize.files import read_toml
from characterize.formulas import Formula
from characterize.operators import FormulaOperator, Operator, SimOperator
from characterize.unit_table import check_table
from sim.formats import IntArray, IntFormat
from sim.html import html_table
from sim.signmag import SignMagnitude

# Beside the package in a checkout, inside it in a wheel.
_PACKAGED_RTL = Path(__file__).parent / "rtl"
RTL_DIR = _PACKAGED_RTL if _PACKAGED_RTL.is_dir() else Path(__file__).parents[1] / "rtl"

# Roles of ports that carry no number of the reference operator.
RESETS = ("reset", "reset_n")
_PROTOCOL_ROLES = ("clock", "start", "valid", *RESETS)


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a unit, its expressions evaluated.

    Attributes
    ----------
    name, direction
        As in the Verilog; direction is `input` or `output`.
    format
        Width, signedness and encoding of the number on it.
    role
        Of an input, the argument of the reference operator; `clock`; `start`,
        which is 1 in the first cycle of each operation; or `reset` (`reset_n`),
        which is 1 (0) at the beginning and never again. Of an output,
        `result`, or where there are several the key in the operator's
        dictionary; or `valid`, which is 1 when the results are there.
    group
        Net group of the port's nets; None leaves them to their driver's part.
    extended_to
        Bits to which the unit extends the number at once; None if it does not.
    latency
        Cycles from operands to this output; of an input 0.
    """

    name: str
    direction: str
    format: IntFormat
    role: str
    group: str | None = None
    extended_to: int | None = None
    latency: int = 0


@dataclass(frozen=True, slots=True)
class PartPort:
    """A port of a part, at which a net group begins."""

    name: str
    group: str
    extended_to: int | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A named piece of a unit whose energy is told apart.

    Attributes
    ----------
    instance
        Verilog instance in the top module; empty for the unit itself.
    group, register_group
        Net group of the nets that its gates, and its flip-flops, drive.
    """

    name: str
    instance: str
    group: str
    register_group: str
    ports: tuple[PartPort, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One table of the registry: a module with its legal parameters.

    Parameters
    ----------
    name
        Name of the table.
    table
        Its content as read from TOML.
    folder
        Where the Verilog files lie.

    Raises
    ------
    CharacterizeError
        If a key is missing or unknown, a file does not exist, or a value is not
        one of those allowed.
    """

    name: str
    table: Mapping[str, Any] = field(repr=False)
    folder: Path = field(repr=False)

    def __post_init__(self) -> None:
        check_table(self._where, self.name, self.table)
        for path in self.files:
            if not path.is_file():
                raise CharacterizeError(f"{self._where}: no such file {path}")
        if ("operator" in self.table) == ("reference" in self.table):
            raise CharacterizeError(
                f"{self._where}: needs either operator, the name of one in sim/ops.py, "
                "or reference, a table of formulas by result"
            )
        self.operator  # noqa: B018 - says what is wrong with it

    @property
    def _where(self) -> str:
        return f"units.toml, {self.name}"

    @property
    def files(self) -> tuple[Path, ...]:
        """The Verilog files, the top module's first."""
        return tuple(self.folder / name for name in self.table["files"])

    @cached_property
    def operator(self) -> Operator:
        """What its units must compute.

        Raises
        ------
        CharacterizeError
            If there is no such operator, or a formula is of no result, or of something
            that is no operand.
        """
        if "operator" in self.table:
            return SimOperator(self.table["operator"], self._where)
        roles: dict[str, list[str]] = {"input": [], "output": []}
        for port in self.table["ports"].values():
            if port["role"] not in _PROTOCOL_ROLES:
                roles[port["direction"]].append(port["role"])
        formulas = {}
        for role, text in self.table["reference"].items():
            if role not in roles["output"]:
                raise CharacterizeError(
                    f"{self._where}: reference of {role}, results are {', '.join(roles['output'])}"
                )
            formulas[role] = Formula(text, f"{self._where}, reference")
            for name in sorted(formulas[role].names - set(roles["input"])):
                raise CharacterizeError(
                    f"{self._where}: '{text}' speaks of {name}, "
                    f"operands are {', '.join(roles['input'])}"
                )
        return FormulaOperator(formulas, bool(self.table.get("approximate", False)))

    @property
    def foreign(self) -> bool:
        """Whether it is anybody's Verilog, held to formulas and not to `sim.ops`."""
        return "reference" in self.table

    @property
    def cells(self) -> str | None:
        """Of what the files are a netlist: a cell library, or `yosys`; None if they are none."""
        return self.table.get("cells")

    @property
    def parameter_ranges(self) -> dict[str, range]:
        """Legal values of each parameter."""
        return {
            name: range(low, high + 1) for name, (low, high) in self.table["parameters"].items()
        }

    @cached_property
    def _conditions(self) -> dict[str, Expression]:
        return {
            key: Expression(self.table.get(key, "1"), f"{self._where}, {key}")
            for key in ("legal", "default", "quick")
        }

    def unit(self, parameters: Mapping[str, int]) -> "UnitSpec":
        """The unit with these parameters.

        Raises
        ------
        CharacterizeError
            If a parameter is missing, unknown or out of its range.
        """
        ranges = self.parameter_ranges
        for name in (*ranges, *parameters):
            if name not in parameters or name not in ranges:
                raise CharacterizeError(
                    f"{self.name}: parameters are {', '.join(ranges)}, "
                    f"but {name} is {'missing' if name in ranges else 'not one of them'}"
                )
            if parameters[name] not in ranges[name]:
                allowed = ranges[name]
                raise CharacterizeError(
                    f"{self.name}: {name} = {parameters[name]} is out of range, "
                    f"allowed are {allowed.start} to {allowed.stop - 1}"
                )
        if not self._conditions["legal"](parameters):
            raise CharacterizeError(
                f"{self.name}: needs {self._conditions['legal'].text}, got "
                + ", ".join(f"{name} = {parameters[name]}" for name in ranges)
            )
        return UnitSpec(self, tuple((name, parameters[name]) for name in ranges))

    def units(self, which: str = "legal") -> Iterator["UnitSpec"]:
        """All units of a selection: `legal`, `default`, or `quick` (a part of default)."""
        needed = {"legal": ("legal",), "default": ("legal", "default")}.get(
            which, ("legal", "default", "quick")
        )
        names = tuple(self.parameter_ranges)
        for values in itertools.product(*self.parameter_ranges.values()):
            parameters = dict(zip(names, values, strict=True))
            if all(self._conditions[condition](parameters) for condition in needed):
                yield UnitSpec(self, tuple(parameters.items()))


@dataclass(frozen=True)
class UnitSpec:
    """A unit: an entry of the registry with its parameters set.

    Two specs are equal when entry and parameters are.
    """

    entry: Entry = field(compare=False)
    parameters: tuple[tuple[str, int], ...]
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self._name())

    def _name(self) -> str:
        suffix = []
        for port in self.ports:
            if port.direction == "input" and port.format.bits > 1:
                kind = str(port.format)[0]  # u, s or m
                suffix.append(f"{port.role}{port.format.bits}{kind}")
        if "WIDTH_ACC" in dict(self.parameters):
            suffix.append(f"a{dict(self.parameters)['WIDTH_ACC']}")
        if "WIDTH_R" in dict(self.parameters):
            suffix.append(f"r{self.results[0].format.bits}{str(self.results[0].format)[0]}")
        if len(self.entry.parameter_ranges.get("MARGIN", ())) > 1:
            suffix.append(f"m{dict(self.parameters)['MARGIN']}")
        return "_".join([self.entry.name, *suffix])

    def _repr_html_(self) -> str:
        ports = [
            [port.name, port.direction, port.format.bits, str(port.format), port.role, port.group]
            for port in self.ports
        ]
        parts = ", ".join(part.name for part in self.parts)
        return html_table(
            ["port", "direction", "bits", "number", "role", "net group"], ports,
            f"{self.name}: {self.family}, {self.architecture}; parts: {parts}",
        )  # fmt: skip

    @property
    def family(self) -> str:
        """`multiplier`, `adder`, `accumulator`, `mac` or `activation`."""
        return str(self.entry.table["family"])

    @property
    def architecture(self) -> str:
        """How it is built."""
        return str(self.entry.table["architecture"])

    @property
    def top(self) -> str:
        """Name of the Verilog module."""
        return str(self.entry.table["top"])

    @property
    def latency(self) -> int:
        """Cycles from (the first of) an operation's to that with its results."""
        return self._cycles("latency", 0)

    @property
    def cycles_per_op(self) -> int:
        """Cycles of an operation, through which its operands are held."""
        return self._cycles("cycles_per_op", 1)

    def _cycles(self, key: str, lowest: int) -> int:
        where = f"units.toml, {self.entry.name}, {key}"
        cycles = Expression(str(self.entry.table.get(key, lowest)), where)(dict(self.parameters))
        if cycles < lowest:
            raise CharacterizeError(f"{where}: is {cycles}, must be at least {lowest}")
        return cycles

    @cached_property
    def ports(self) -> tuple[Port, ...]:
        """All ports, in the registry's order."""
        parameters = dict(self.parameters)
        ports = []
        for name, table in self.entry.table["ports"].items():
            where = f"units.toml, {self.entry.name}, {name}"
            extended = table.get("extended_to")
            bits = Expression(table["width"], where)(parameters)
            match table.get("encoding"):
                case None:
                    signed = Expression(table.get("signed", "0"), where)(parameters)
                    number = IntFormat(bits, bool(signed))
                case "signmag":
                    number = SignMagnitude(bits)
                case encoding:
                    raise CharacterizeError(
                        f"{where}: unknown encoding '{encoding}'; allowed is signmag, "
                        "or none with `signed` for two's complement"
                    )
            ports.append(
                Port(
                    name=name,
                    direction=table["direction"],
                    format=number,
                    role=table["role"],
                    group=table.get("group"),
                    extended_to=Expression(extended, where)(parameters) if extended else None,
                    latency=(
                        table.get("latency", self.latency) if table["direction"] == "output" else 0
                    ),
                )
            )
        return tuple(ports)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All parts, in the registry's order."""
        parameters = dict(self.parameters)
        parts = []
        for name, table in self.entry.table["parts"].items():
            where = f"units.toml, {self.entry.name}, {name}"
            ports = tuple(
                PartPort(
                    name=port,
                    group=attributes["group"],
                    extended_to=(
                        Expression(attributes["extended_to"], where)(parameters)
                        if "extended_to" in attributes
                        else None
                    ),
                    signed=bool(Expression(attributes.get("signed", "0"), where)(parameters)),
                )
                for port, attributes in table.get("ports", {}).items()
            )
            group = table["group"]
            parts.append(
                Part(name, table["instance"], group, table.get("register_group", group), ports)
            )
        return tuple(parts)

    @property
    def clock(self) -> Port | None:
        """The clock port; None for combinational units."""
        return next((port for port in self.ports if port.role == "clock"), None)

    @property
    def lead_in(self) -> int:
        """Uncounted operations that it needs at least, until its registers are known."""
        passed = -(-self.latency // self.cycles_per_op) + 2
        return max(passed, int(self.entry.table.get("lead_in", 0)))

    @property
    def numbers(self) -> tuple[Port | None, Port | None]:
        """The two operands that tables show: x and w by their roles, else the widest first."""
        x = self.port("x") or self.port("pos")
        w = self.port("w") or self.port("y") or self.port("neg")
        if not self.entry.foreign or (x is not None and w is not None):
            return x, w
        wide = [port for port in self.operands if port.format.bits > 1] or list(self.operands)
        return (wide[0] if wide else None), (wide[1] if len(wide) > 1 else None)

    @property
    def operands(self) -> tuple[Port, ...]:
        """Input ports that a stimulus drives: all but clock, start and reset."""
        return tuple(
            port
            for port in self.ports
            if port.direction == "input" and port.role not in _PROTOCOL_ROLES
        )

    @property
    def results(self) -> tuple[Port, ...]:
        """Output ports that carry a result: all but valid."""
        return tuple(
            port
            for port in self.ports
            if port.direction == "output" and port.role not in _PROTOCOL_ROLES
        )

    def port(self, role: str) -> Port | None:
        """The operand with this role; None if there is none."""
        return next((port for port in self.operands if port.role == role), None)

    def references(self, operands: Mapping[str, IntArray]) -> dict[str, IntArray]:
        """What the result ports must carry for `operands`, before latency.

        Parameters
        ----------
        operands
            Role of each operand port -> values, shape (operations,).

        Returns
        -------
        dict of IntArray
            Role of each result port that the operator judges -> values, shape
            (operations,). Operation n has its operands from cycle n * cycles_per_op
            on, and its result is on the port `latency` cycles after that one.

        Raises
        ------
        CharacterizeError
            If the operator's results are not those of the registry.
        """
        formats = {port.role: port.format for port in self.results}
        return self.entry.operator(operands, formats, self._constants)

    @cached_property
    def _constants(self) -> dict[str, int]:
        """What the operator takes beside operands and formats."""
        where = f"units.toml, {self.entry.name}, constants"
        table = self.entry.table.get("constants", {})
        return {name: Expression(t, where)(dict(self.parameters)) for name, t in table.items()}


class Registry:
    """All units of a registry file.

    Parameters
    ----------
    path
        The `units.toml`; the Verilog files lie in its folder.

    Raises
    ------
    CharacterizeError
        If the file cannot be read, or an entry is wrong.
    """

    def __init__(self, path: Path = RTL_DIR / "units.toml") -> None:
        tables = read_toml(path)
        self.path = path
        self.entries = {name: Entry(name, table, path.parent) for name, table in tables.items()}

    def beside(self, entry: Entry) -> "Registry":
        """The same units, and those of one entry more, which is in no file."""
        found = copy(self)
        found.entries = self.entries | {entry.name: entry}
        return found

    def select(self, pattern: str = "*", which: str = "default") -> list[UnitSpec]:
        """Units of a selection whose name matches a glob, in the registry's order.

        Parameters
        ----------
        pattern
            Glob over unit names, as `mac_array_*`. An exact name is looked up
            among all legal units, not only those of the selection.
        which
            `legal`, `default` or `quick`.

        Raises
        ------
        CharacterizeError
            If nothing matches.
        """
        every = [unit for entry in self.entries.values() for unit in entry.units(which)]
        found = [unit for unit in every if fnmatchcase(unit.name, pattern)]
        if found:
            return found
        return [self.unit(pattern)]

    def unit(self, name: str) -> UnitSpec:
        """The legal unit of this exact name.

        Raises
        ------
        CharacterizeError
            If there is none; the message says what comes close.
        """
        # The longest entry name that the unit name begins with is its entry.
        entries = [entry for entry in self.entries if name.startswith(entry)]
        for entry in sorted(entries, key=len, reverse=True):
            for unit in self.entries[entry].units("legal"):
                if unit.name == name:
                    return unit
        if entries:
            entry = max(entries, key=len)
            ranges = ", ".join(
                f"{parameter} {values.start}-{values.stop - 1}"
                for parameter, values in self.entries[entry].parameter_ranges.items()
            )
            example = next(self.entries[entry].units("default")).name
            raise CharacterizeError(f"unknown unit '{name}': {entry} has {ranges}, as in {example}")
        raise CharacterizeError(
            f"unknown unit '{name}': known are {', '.join(self.entries)}; "
            "`python -m characterize list` shows all"
        )
