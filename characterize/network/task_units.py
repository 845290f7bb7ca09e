"""Which unit does a task: the smallest of its entry that gives the task's results."""

from collections.abc import Iterable
from typing import TypeAlias

from characterize.units import Registry, UnitSpec
from sim.counting.tasks import MAC, Task
from sim.counting.unit_counts import ENTRIES
from sim.formats import IntFormat

# They clip to the range of their result.
_CLIPPING = ("requantize", "residual_add")
# Entry -> its legal and its default units.
Listed: TypeAlias = dict[str, tuple[tuple[UnitSpec, ...], tuple[UnitSpec, ...]]]
_RESULT = {"WIDTH_R": "bits", "SIGNED_R": "signed"}


def task_units(registry: Registry, tasks: Iterable[Task]) -> dict[tuple[str, str], UnitSpec]:
    """(Layer, operation) -> the unit that does it, of all tasks that one does.

    Multiply-accumulates, and the subtractions behind split ones, are not among them: they
    run as `network.layers` says.
    """
    found = {}
    listed: Listed = {}
    for task in tasks:
        if task.operation not in (MAC, "subtract"):
            unit = task_unit(registry, task, listed)
            if unit is not None:
                found[task.layer, task.operation] = unit
    return found


def task_unit(registry: Registry, task: Task, listed: Listed | None = None) -> UnitSpec | None:
    """The unit of a task; None if there is none.

    The smallest legal unit of the entry that holds the operands, of a width that is measured
    by default; one that clips has a result of the task's own format.

    Parameters
    ----------
    listed
        Units of entries that were asked for before: to list them may take a second.
    """
    entry = registry.entries.get(ENTRIES.get(task.operation, ""))
    if entry is None:
        return None
    clips = task.operation in _CLIPPING
    listed = {} if listed is None else listed
    if entry.name not in listed:
        listed[entry.name] = tuple(entry.units("legal")), tuple(entry.units("default"))
    legal, default = listed[entry.name]
    usual = {_widths(unit) for unit in default}
    fitting = [
        unit for unit in legal
        if (unit.results[0].format == task.result if clips else _widths(unit) in usual)
        and _holds(unit, task)
    ]  # fmt: skip
    return min(
        fitting, key=lambda unit: (_bits(unit), _other_signs(unit, task), unit.name), default=None
    )


def _other_signs(unit: UnitSpec, task: Task) -> int:
    """Operands that are on a port of another signedness."""
    ports = [(unit.port(role), number) for role, number in task.operands]
    return sum(port is not None and port.format.signed != of.signed for port, of in ports)


def _widths(unit: UnitSpec) -> tuple[tuple[str, int], ...]:
    """All parameters that are no signs."""
    return tuple((name, n) for name, n in unit.parameters if not name.startswith("SIGNED"))


def _holds(unit: UnitSpec, task: Task) -> bool:
    for role, number in task.operands:
        port = unit.port(role)
        if port is None or not _inside(number, port.format):
            return False
    width = dict(unit.parameters).get("WIDTH_ACC")
    return width is None or width >= task.result.bits


def _inside(number: IntFormat, port: IntFormat) -> bool:
    return port.min <= number.min and number.max <= port.max


def _bits(unit: UnitSpec) -> int:
    return sum(port.format.bits for port in (*unit.operands, *unit.results))
