"""SAIF 2.0 of one unit: how often every net and pin changed, how long it was 1.

The unit is the only instance at the top; its nets (`n0`, `n1`, ..., and the bits of
its ports) stand under NET, its port bits under PORT too, and the pins of every cell in
an INSTANCE of their own under both: OpenSTA annotates pins, reads NET only, and fills
what it misses with defaults (`read_saif -scope UNIT`). The names are those of the netlist's
export. TC are all
toggles, glitches included; T1 are clock cycles that ended at 1, whole, and half of
each cycle in which a clock pulsed. No net is ever unknown.

Source: IEEE 1801-2018, its annex on SAIF; OpenSTA, `power/SaifParse.yy`, `SaifLex.ll` and
`SaifReader.cc` at github.com/The-OpenROAD-Project/OpenSTA, 2024 to 2026.
"""

from collections.abc import Iterable

from characterize.export.netlist import bit_names
from characterize.export.unit_run import UnitRun
from characterize.netlist import net_name

_FIGURES = (
    "SAIF: T0, T1 and DURATION in ps, TC in toggles of the whole run, glitches included; T1 leaves "
    "glitches out; nothing is unknown (TX 0)."
)


def export(run: UnitRun) -> dict[str, str]:
    """File name -> text: the SAIF file."""
    name = run.case.unit.name
    return {f"{name}.saif": saif(run)}


def saif(run: UnitRun) -> str:
    """The SAIF file of a run."""
    netlist = run.netlist
    duration = round(run.activity.total_cycles * run.clock_ps)
    figures = _figures(run, duration)
    bits = [
        (_escaped(bit), figures[net])
        for port in netlist.unit.ports
        for bit, net in zip(bit_names(port), netlist.ports[port.name], strict=True)
    ]
    nets = [(net_name(net), figures[net]) for net in range(netlist.nets)]
    lines = [f"// {line}" for line in run.statement(_FIGURES)]
    lines += [
        "(SAIFILE",
        '(SAIFVERSION "2.0")',
        '(DIRECTION "backward")',
        f'(DESIGN "{netlist.unit.name}")',
        '(PROGRAM_NAME "gatewatt")',
        "(DIVIDER / )",
        "(TIMESCALE 1 ps)",
        f"(DURATION {duration})",
        f"(INSTANCE {netlist.unit.name}",
        *_section("NET", [*nets, *bits], " "),
        *_section("PORT", bits, " "),
    ]
    for gate in netlist.gates:
        pins = [(pin, figures[net]) for pin, net in gate.pins.items()]
        lines += [f" (INSTANCE {gate.name}", *_section("NET", pins, "  ")]
        lines += [*_section("PORT", pins, "  "), " )"]
    return "\n".join([*lines, ")", ")", ""])


def _figures(run: UnitRun, duration: int) -> list[str]:
    """Of each net: its times and toggles."""
    found = []
    for net, toggles in enumerate(run.toggles.tolist()):
        ones = int(run.activity.ones[net])
        if net in run.netlist.clock_nets:  # high for half of each cycle that it pulses in
            high = round(toggles * run.clock_ps / 4)
        else:
            high = round(ones * run.clock_ps)
        found.append(f"(T0 {duration - high}) (T1 {high}) (TX 0) (TC {toggles})")
    return found


def _section(kind: str, entries: Iterable[tuple[str, str]], indent: str) -> list[str]:
    return [
        f"{indent}({kind}",
        *(f"{indent} ({name} {figures})" for name, figures in entries),
        f"{indent})",
    ]


def _escaped(name: str) -> str:
    return name.replace("[", "\\[").replace("]", "\\]")
