"""A multiplier or MAC of anybody's in a network: as a MAC, and the table of its products."""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from characterize.errors import CharacterizeError
from characterize.files import write_text
from characterize.simulators.observe import observe, results
from characterize.simulators.protocol import Simulation
from characterize.units import RTL_DIR, Entry, Port, Registry, UnitSpec
from characterize.user_verilog import Request, user_unit
from sim.formats import IntArray
from sim.product_tables import ProductTable
from sim.signmag import SignMagnitude

_SUFFIXES = (".v", ".sv")
_MAC_ROLES = {"x", "w", "clear", "enable"}
_MOST_BITS = 8  # of an operand: a byte in a stream of a network's operands
_ACC_BITS = (8, 32)
_ADDER = ("accumulator/accumulator.v", "adder/adder_ripple.v", "adder/full_adder.v")


def is_own(name: str, registry: Registry) -> bool:
    """Whether it is a Verilog file, a registered unit of anybody's, or a registered multiplier."""
    entry = entry_of(name, registry)
    return _file(name) is not None or (
        entry is not None and (entry.foreign or entry.table["family"] == "multiplier")
    )


def entry_of(name: str, registry: Registry) -> Entry | None:
    """The registry's entry of this name, or that of the unit of this name; None if neither is."""
    if name in registry.entries:
        return registry.entries[name]
    with suppress(CharacterizeError):
        return registry.unit(name).entry
    return None


def own_unit(name: str, registry: Registry, library: str = "asap7") -> UnitSpec:
    """A multiplier or MAC with the roles x, w and result (and clear, enable).

    Parameters
    ----------
    name
        Of a registry entry that has one unit, or of a unit; or a Verilog file, FILE.v or
        FILE.v:MODULE where the module is not called as the file.
    library
        Whose cells a netlist may have.

    Raises
    ------
    CharacterizeError
        If it is neither a multiplier of one cycle, nor a MAC.
    """
    given = _file(name)
    if given is not None:
        path, top = given
        if not path.is_file():
            raise CharacterizeError(f"--unit {name}: no such file {path}")
        unit = user_unit(Request((path,), top, library=library)).unit
        if unit.clock is not None:  # the sum is in a register
            table = dict(unit.entry.table) | {"latency": 1}
            unit = replace(unit, entry=replace(unit.entry, table=table))
    else:
        unit = _registered(name, registry)
    unit = _with_roles(unit)
    for port in unit.operands:
        if port.format.bits > _MOST_BITS:
            raise CharacterizeError(
                f"{unit.name}: {port.name} has {port.format.bits} bits; operands of networks have "
                f"at most {_MOST_BITS}"
            )
        if isinstance(port.format, SignMagnitude):
            raise CharacterizeError(
                f"{unit.name}: {port.name} has its sign apart; a MAC of such operands is "
                "--unit mac_signmag"
            )
    return unit


def product_table(unit: UnitSpec) -> ProductTable:
    """What its RTL makes of all operands; of a MAC while it is cleared.

    Raises
    ------
    CharacterizeError
        If Icarus Verilog is missing, or a result is not known.
    """
    ports = {role: _port(unit, role) for role in ("x", "w")}
    values = [ports[role].format.values() for role in ("x", "w")]
    x, w = (grid.ravel() for grid in np.meshgrid(*values, indexing="ij"))
    # Those behind the last one bring its result out.
    more = unit.latency
    operands: dict[str, IntArray] = {
        "x": np.concatenate([x, np.repeat(x[-1:], more)]),
        "w": np.concatenate([w, np.repeat(w[-1:], more)]),
    }
    if unit.clock is not None:
        operands |= dict.fromkeys(("clear", "enable"), np.ones(x.size + more, dtype=np.int64))
    simulation = Simulation(unit, operands)
    (shown,) = observe([simulation])
    (port,) = unit.results
    found = results(simulation, port, shown[port.role])[: x.size]
    shape = (values[0].size, values[1].size)
    return ProductTable(ports["x"].format, ports["w"].format, found.reshape(shape))


def as_mac(unit: UnitSpec, rtl: Path = RTL_DIR) -> Entry:
    """A registry entry: the MAC itself, or the multiplier before the accumulator of `mac`.

    Parameters
    ----------
    rtl
        Folder of the accumulator's Verilog.
    """
    if unit.clock is not None:
        return unit.entry
    name = f"mac_{unit.entry.name}"
    adder_files = [rtl / file for file in _ADDER]
    (product,) = unit.results
    signed = product.format.signed
    path = _folder() / f"{name}.v"
    write_text(path, _wrapper(name, unit))
    width, most = product.format.bits, _ACC_BITS[1]
    if not 2 <= width <= most:
        raise CharacterizeError(f"{unit.name}: a product of {width} bits; allowed are 2 to {most}")
    own: Mapping[str, Any] = unit.entry.table
    ports = {
        "clk_i": {"direction": "input", "width": "1", "role": "clock"},
        "clear_i": _input("1", "clear", "control"),
        "en_i": _input("1", "enable", "control"),
        **{
            f"{role}_i": _input(str(port.format.bits), role, "mult_in")
            | {"signed": str(int(port.format.signed))}
            for role in ("x", "w")
            for port in [_port(unit, role)]
        },
        "sum_o": {
            "direction": "output", "width": "WIDTH_ACC", "signed": str(int(_is_signed(unit))),
            "role": "result", "group": "acc_reg",
        },
    }  # fmt: skip
    adder = {"x_i": {"group": "acc_in", "extended_to": "WIDTH_ACC", "signed": str(int(signed))}}
    table = {
        "family": "mac",
        "architecture": unit.entry.name,
        "top": name,
        # The accumulator and a multiplier of the house share an adder.
        "files": list(dict.fromkeys(map(str, [path, *unit.entry.files, *adder_files]))),
        "reference": {},
        "latency": 1,
        "source": "own Verilog",
        "parameters": {"WIDTH_ACC": [max(_ACC_BITS[0], width), most]},
        "default": f"WIDTH_ACC == {most}",
        "quick": "1",
        "ports": ports,
        "parts": {
            "multiplier": {"instance": "u_multiplier", "group": "mult_internal"},
            "accumulator": {
                "instance": "u_accumulator", "group": "acc_sum", "register_group": "acc_reg",
                "ports": adder,
            },
        },
    } | {key: own[key] for key in ("cells",) if key in own}  # fmt: skip
    return Entry(name, table, Path())


def _file(name: str) -> tuple[Path, str] | None:
    """A Verilog file and its module; None if it is no such text."""
    file, _, module = name.partition(":")
    path = Path(file)
    return (path, module or path.stem) if path.suffix in _SUFFIXES else None


def _registered(name: str, registry: Registry) -> UnitSpec:
    """The unit of this name, or the only one of the entry."""
    if name not in registry.entries:
        return registry.unit(name)
    entry = registry.entries[name]
    if any(len(values) > 1 for values in entry.parameter_ranges.values()):
        example = next(entry.units("default")).name
        raise CharacterizeError(f"--unit {name}: has many widths: name one, as {example}")
    return next(entry.units("legal"))


def _with_roles(unit: UnitSpec) -> UnitSpec:
    """Its only result is `result`; two operands that are not called so are x and w."""
    entry = unit.entry
    if len(unit.results) != 1:
        outputs = ", ".join(port.name for port in unit.results) or "none"
        raise CharacterizeError(f"{unit.name}: a network takes one result, outputs are {outputs}")
    renamed = {unit.results[0].name: "result"}
    roles = [port.role for port in unit.operands]
    if len(roles) == 2 and set(roles) != {"x", "w"} and unit.clock is None:
        renamed |= {port.name: role for port, role in zip(unit.operands, "xw", strict=True)}
    ports = {
        name: dict(table) | ({"role": renamed[name]} if name in renamed else {})
        for name, table in entry.table["ports"].items()
    }
    table = dict(entry.table) | {"ports": ports, "reference": {}}
    for key in ("approximate", "operator", "constants"):
        table.pop(key, None)
    found = replace(unit, entry=replace(entry, table=table))
    roles = [port.role for port in found.operands]
    wanted = {"x", "w"} if unit.clock is None else _MAC_ROLES
    if set(roles) != wanted or unit.cycles_per_op != 1:
        raise CharacterizeError(
            f"{unit.name}: operands are {', '.join(roles)}; a multiplier has x and w and no clock, "
            "a MAC clear and enable too: name its ports so, or `add` it with --role"
        )
    return found


def _wrapper(name: str, unit: UnitSpec) -> str:
    """The multiplier and the accumulator of `mac`, one behind the other."""
    (product,) = unit.results
    x, w = _port(unit, "x"), _port(unit, "w")
    parameters = ", ".join(f".{key}({value})" for key, value in unit.parameters)
    values = f"#({parameters}) " if parameters else ""
    return f"""// A multiplier of anybody's before the accumulator of `mac`.
module {name} #(parameter integer WIDTH_ACC = 32) (
    input  wire clk_i,
    input  wire clear_i,
    input  wire en_i,
    input  wire [{x.format.bits - 1}:0] x_i,
    input  wire [{w.format.bits - 1}:0] w_i,
    output wire [WIDTH_ACC-1:0] sum_o
);
  wire [{product.format.bits - 1}:0] product;

  {unit.top} {values}u_multiplier (.{x.name}(x_i), .{w.name}(w_i), .{product.name}(product));

  accumulator #(
      .WIDTH_X({product.format.bits}), .SIGNED({int(product.format.signed)}), .WIDTH_ACC(WIDTH_ACC)
  ) u_accumulator (
      .clk_i(clk_i), .clear_i(clear_i), .en_i(en_i), .x_i(product), .sum_o(sum_o)
  );
endmodule
"""


def _is_signed(unit: UnitSpec) -> bool:
    return any(port.format.signed for port in (*unit.operands, *unit.results))


def _port(unit: UnitSpec, role: str) -> Port:
    port = unit.port(role)
    assert port is not None
    return port


def _input(width: str, role: str, group: str) -> dict[str, str]:
    return {"direction": "input", "width": width, "role": role, "group": group}


@cache
def _held() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="gatewatt-mac-")


def _folder() -> Path:
    """Of the wrappers, until the process ends."""
    return Path(_held().name)
