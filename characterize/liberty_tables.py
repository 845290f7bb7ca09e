"""The tables of a Liberty file as grids of up to 7 x 7 points, in our units."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from characterize.errors import CharacterizeError
from characterize.liberty import Group
from characterize.liberty_file import LibertyFile
from characterize.library import FloatArray, Grid

_COMPACT_POINTS = 7  # of each axis: all that ASAP7 and sky130 have; of more, spread over it
_AXES = {
    "input_net_transition": "slew",
    "input_transition_time": "slew",
    "constrained_pin_transition": "slew",
    "related_pin_transition": "clock",
    "total_output_net_capacitance": "load",
}


class Tables:
    """Reads tables of one file with the file's templates and units."""

    def __init__(self, file: LibertyFile) -> None:
        self._file = file
        self._templates = {
            group.arguments[0]: group
            for kind in ("lu_table_template", "power_lut_template")
            for group in file.group.all(kind)
            if group.arguments
        }

    def mean(self, groups: Sequence[Group], names: Sequence[str], factor: float) -> Grid | None:
        """Mean grid of the tables of these names in the groups; None where there is none."""
        tables = [t for group in groups for name in names for t in group.all(name)]
        mean: Grid | None = None
        for one in tables:
            mean = add(mean, self.grid(one, factor), 1.0 / len(tables))
        return mean

    def grid(self, table: Group, factor: float) -> Grid:
        """A table over (slew, load), of a set-up time (slew, clock's slew); times `factor`.

        Raises
        ------
        CharacterizeError
            If it depends on something else, or has no right shape.
        """
        where = f"{self._file.name}, line {table.line}"
        name = table.arguments[0] if table.arguments else ""
        template = self._templates.get(name)
        values = _numbers(table.text("values"), where)
        if values.size == 1:
            return Grid(np.zeros(1), np.zeros(1), np.full((1, 1), values[0] * factor))
        if template is None:
            raise CharacterizeError(f"{where}: the table's template '{name}' is not in the file")
        kinds, axes = [], []
        for key, variable in sorted(template.attributes.items()):
            if key.startswith("variable_"):
                index = key.replace("variable", "index")
                if variable not in _AXES:
                    raise CharacterizeError(f"{where}: a table over {variable} is not handled")
                kinds.append(_AXES[variable])
                axes.append(_axis(table.text(index) or template.text(index), where))
        shape = [axis.size for axis in axes]
        if not axes or len(axes) > 2 or math.prod(shape) != values.size:
            raise CharacterizeError(f"{where}: {values.size} values for axes of {shape}")
        with np.errstate(over="ignore"):
            values = values.reshape(shape) * factor
        if not np.isfinite(values).all():
            raise CharacterizeError(f"{where}: a value is too large")
        if len(kinds) == 1:
            kinds.append("load" if kinds[0] == "slew" else "slew")
            axes.append(np.zeros(1))
            values = values[:, None]
        if kinds[0] != "slew":
            kinds, axes, values = kinds[::-1], axes[::-1], values.T
        if kinds[0] != "slew" or kinds[1] == "slew":
            raise CharacterizeError(f"{where}: a table over two axes of a kind is not handled")
        units = self._file.units
        second = units.slew_ps if kinds[1] == "clock" else units.capacitance_ff
        rows, columns = _spread(values.shape[0]), _spread(values.shape[1])
        return Grid(
            axes[0][rows] * units.slew_ps,
            axes[1][columns] * second,
            values[np.ix_(rows, columns)],
        )


def _spread(size: int) -> list[int]:
    """Up to seven indices over the whole axis: all of seven; 0, 2, 4 ... 12 of thirteen."""
    points = min(size, _COMPACT_POINTS)
    return [round(i) for i in np.linspace(0, size - 1, points).tolist()]


def _numbers(text: str, where: str) -> FloatArray:
    try:
        values = np.array([float(item) for item in text.replace(",", " ").split()])
    except ValueError as error:
        raise CharacterizeError(f"{where}: not a list of numbers: {error}") from error
    if not np.isfinite(values).all():
        raise CharacterizeError(f"{where}: a value is not finite")
    return values


def _axis(text: str, where: str) -> FloatArray:
    axis = _numbers(text, where)
    if (np.diff(axis) <= 0).any():
        raise CharacterizeError(f"{where}: an axis of the table does not ascend")
    return axis


def add(total: Grid | None, grid: Grid, share: float) -> Grid:
    """`total + share * grid`, on the finer of their axes."""
    if total is None:
        return Grid(grid.slew_ps, grid.load_ff, grid.values * share)
    axes = _finest((total, grid))
    return Grid(*axes, _values_on(total, axes) + _values_on(grid, axes) * share)


def on_common_axes(grids: Mapping[str, Grid | None]) -> dict[str, Grid]:
    """The grids that there are, all on the finest axes among them."""
    present = {name: grid for name, grid in grids.items() if grid is not None}
    if not present:
        return present
    axes = _finest(tuple(present.values()))
    return {name: Grid(*axes, _values_on(grid, axes)) for name, grid in present.items()}


def _finest(grids: Sequence[Grid]) -> tuple[FloatArray, FloatArray]:
    """The longest slew axis and the longest load axis, of the first grid that has it."""
    return (
        max((grid.slew_ps for grid in grids), key=lambda axis: axis.size),
        max((grid.load_ff for grid in grids), key=lambda axis: axis.size),
    )


def _values_on(grid: Grid, axes: tuple[FloatArray, FloatArray]) -> FloatArray:
    if np.array_equal(grid.slew_ps, axes[0]) and np.array_equal(grid.load_ff, axes[1]):
        return grid.values
    return np.array([[grid(slew, load) for load in axes[1]] for slew in axes[0]])
