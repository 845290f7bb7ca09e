"""Anybody's Verilog as an entry of the unit registry."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from characterize.errors import CharacterizeError
from characterize.formulas import Formula
from characterize.units import RESETS, Entry, UnitSpec
from characterize.user_verilog_design import elaborate
from characterize.user_verilog_ports import Design, DesignPort

# What a registry entry needs to know of a port that is no operand.
PORT_ROLES = ("clock", *RESETS, "clear", "enable")
# Names that say what a port of one bit does in a module with registers.
_CONTROL = {
    "reset_n": re.compile(r"a?(rst|reset)_?n", re.IGNORECASE),
    "reset": re.compile(r"[as]?(rst|reset)", re.IGNORECASE),
    "clear": re.compile(r"clr|clear", re.IGNORECASE),
    "enable": re.compile(r"ena?|enable|ce", re.IGNORECASE),
}
# Roles that have a meaning of their own, which a port of the same name need not share.
_TAKEN = {
    "input": (*PORT_ROLES, "start", "valid", "q"),
    "output": ("clock", *RESETS, "start", "valid"),
}


@dataclass(frozen=True)
class Request:
    """What is said of a module beside its Verilog.

    Attributes
    ----------
    files, top
        Verilog files; the module to measure.
    references
        Formulas, each of one output: `x*w`, or `p = x*w` where there are several.
    approximate
        Whether outputs may differ from them.
    latency
        Cycles from operands to their results.
    parameters
        Those of the module that have other values than their defaults.
    roles
        Port -> one of `PORT_ROLES`, or what formulas call it.
    signed
        Ports that carry two's complement, whatever the Verilog says.
    library
        Name or path of the library to measure with.
    family, name
        Of the unit, in tables; the name of the module if it is empty.
    """

    files: tuple[Path, ...]
    top: str
    references: tuple[str, ...] = ()
    approximate: bool = False
    latency: int = 0
    parameters: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    signed: tuple[str, ...] = ()
    library: str = "asap7"
    family: str = "user"
    name: str = ""


@dataclass(frozen=True, eq=False)
class UserUnit:
    """Anybody's Verilog, ready to be measured."""

    request: Request
    design: Design
    unit: UnitSpec


def user_unit(request: Request) -> UserUnit:
    """The unit that some Verilog is.

    Raises
    ------
    CharacterizeError
        If the Verilog cannot be measured (see `elaborate`), or what is said of it does
        not fit it.
    """
    if request.approximate and not request.references:
        raise CharacterizeError(
            "--approximate without --reference: give a formula that results come near to"
        )
    design = elaborate(request.files, request.top, request.parameters, request.library)
    names = [port.name for port in design.ports]
    for given in (*request.roles, *request.signed):
        if given not in names:
            raise CharacterizeError(
                f"{request.top}: has no port {given}, it has {', '.join(names)}"
            )
    table = _table(request, design)
    if not any(p["role"] not in ("clock", *RESETS) for p in _inputs(table)):
        raise CharacterizeError(
            f"{request.top}: has no input that operands could drive: nothing can be measured"
        )
    entry = Entry(request.name or request.top, table, Path())
    return UserUnit(request, design, entry.unit(dict(design.parameters)))


def _table(request: Request, design: Design) -> dict[str, Any]:
    roles = _roles(request, design)
    ports = {port.name: _port(port, roles[port.name], request) for port in design.ports}
    if request.latency and design.clock is None:
        raise CharacterizeError(
            f"{request.top}: --latency {request.latency}, but it has no register"
        )
    table: dict[str, Any] = {
        "family": request.family,
        "architecture": request.name or request.top,
        "top": request.top,
        "files": [str(path.resolve()) for path in request.files],
        "reference": _references(request, design, roles),
        "latency": request.latency,
        "source": "own Verilog",
        "parameters": {name: [value, value] for name, value in design.parameters.items()},
        "default": "1",
        "quick": "1",
        "ports": ports,
        "parts": {"unit": {"instance": "", "group": "other"}},
    }
    if request.approximate:
        table["approximate"] = True
    if design.cells is not None:
        path = Path(design.cells)
        table["cells"] = str(path.resolve()) if path.suffix else design.cells
    if design.registers:
        # No chain of registers is longer than all of them together, and a memory is
        # written all over in some times as many cycles as it has words.
        table["lead_in"] = 4 * design.registers + 4
    return table


def _inputs(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [port for port in table["ports"].values() if port["direction"] == "input"]


def _port(port: DesignPort, role: str, request: Request) -> dict[str, Any]:
    table: dict[str, Any] = {"direction": port.direction, "width": str(port.bits)}
    if port.signed or port.name in request.signed:
        table["signed"] = "1"
    table["role"] = role
    if role in PORT_ROLES and role != "clock":
        table["group"] = "control"
    return table


def _roles(request: Request, design: Design) -> dict[str, str]:
    """Port -> role; every role once."""
    roles: dict[str, str] = {}
    for port in design.ports:
        role = _told(port, request, design) or _guessed(port, design)
        if role in roles.values():
            if port.name in request.roles or port.name in roles.values():
                raise CharacterizeError(
                    f"{request.top}: two ports have the role {role}: "
                    f"give {port.name} another one with --role {port.name}=NAME"
                )
            role = port.name  # of x_i and x_o only one can be x
        roles[port.name] = role
    return roles


def _told(port: DesignPort, request: Request, design: Design) -> str | None:
    role = request.roles.get(port.name)
    if role is None:
        return None
    told = f"--role {port.name}={role}"
    if re.fullmatch(r"[A-Za-z_]\w*", role) is None:
        raise CharacterizeError(f"{told}: a role is a name")
    if (role == "clock") != (port.name == design.clock):
        clock = design.clock or "none, as it has no register"
        raise CharacterizeError(f"{told}: the clock of {request.top} is {clock}")
    if role in PORT_ROLES and (port.direction != "input" or port.bits != 1):
        raise CharacterizeError(
            f"{told}: {port.name} is an {port.direction} of {port.bits} bits; "
            f"{', '.join(PORT_ROLES)} are inputs of one bit"
        )
    return role


def _guessed(port: DesignPort, design: Design) -> str:
    if port.name == design.clock:
        return "clock"
    stem = re.sub(r"_i$" if port.direction == "input" else r"_o$", "", port.name)
    if port.direction == "input" and port.bits == 1 and design.clock is not None:
        if port.name in design.resets:
            return "reset_n" if design.resets[port.name] else "reset"
        # `rst_ni` is `rst_n` with an `i` behind it.
        for role, pattern in _CONTROL.items():
            if pattern.fullmatch(stem) or pattern.fullmatch(re.sub(r"ni$", "n", port.name)):
                return role
    return f"port_{stem}" if stem in _TAKEN[port.direction] else stem


def _references(request: Request, design: Design, roles: Mapping[str, str]) -> dict[str, str]:
    """Role of a result -> its formula, in the roles of the operands."""
    results = [port.name for port in design.ports if port.direction == "output"]
    found: dict[str, str] = {}
    for text in request.references:
        match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*=(?!=)(.*)", text)
        if match is None and len(results) > 1:
            raise CharacterizeError(
                f"--reference '{text}': {request.top} has the outputs {', '.join(results)}: "
                f"say which one, as in '{results[0]} = {text}'"
            )
        name, formula = (match[1], match[2]) if match else (results[0], text)
        outputs = {roles[port]: roles[port] for port in results} | {p: roles[p] for p in results}
        if name not in outputs:
            raise CharacterizeError(
                f"--reference '{text}': {request.top} has no output {name}, "
                f"it has {', '.join(results)}"
            )
        if outputs[name] in found:
            raise CharacterizeError(f"--reference '{text}': {name} has a reference already")
        found[outputs[name]] = _in_roles(Formula(formula, "--reference"), design, roles)
    return found


def _in_roles(formula: Formula, design: Design, roles: Mapping[str, str]) -> str:
    operands = {
        port.name: roles[port.name]
        for port in design.ports
        if port.direction == "input" and roles[port.name] not in ("clock", *RESETS)
    }
    for name in sorted(formula.names - set(operands) - set(operands.values())):
        raise CharacterizeError(
            f"--reference '{formula.text}' speaks of {name}, "
            f"operands are {', '.join(operands) or 'none'}"
        )
    return formula.renamed(operands).text


def assignments(texts: Sequence[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` texts of a command line as a dictionary.

    Raises
    ------
    CharacterizeError
        If one is not of this form, or a name is given twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value) or name in found:
            problem = "is given twice" if name in found else "give NAME=VALUE"
            raise CharacterizeError(f"{option} {text}: {problem}")
        found[name] = value
    return found
