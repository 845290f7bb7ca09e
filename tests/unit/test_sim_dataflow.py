"""Operand sequences against plain loops over a layer."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import ops
from sim.dataflow import DATAFLOWS, Array, MacStream, mac_stream, schedule
from sim.errors import SimError
from sim.formats import IntArray, IntFormat

shapes = st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(1, 7))
arrays = st.builds(Array, st.integers(1, 4), st.integers(1, 4))
ACC = IntFormat(32, signed=True)


def _layer(shape: tuple[int, int, int]) -> tuple[IntArray, IntArray]:
    samples, depth, outputs = shape
    random = np.random.default_rng(samples * 64 + depth * 8 + outputs)
    return (
        random.integers(0, 256, (samples, depth), dtype=np.int64),
        random.integers(-128, 128, (depth, outputs), dtype=np.int64),
    )


def _operations(parts: list[MacStream]) -> list[tuple[int, ...]]:
    return [
        row
        for part in parts
        for row in zip(
            part.x.tolist(),
            part.w.tolist(),
            part.clear.tolist(),
            part.addend.tolist() if part.addend is not None else part.clear.tolist(),
            strict=True,
        )
    ]


def _by_loops(
    x: IntArray, w: IntArray, dataflow: str, array: Array, row: int, column: int
) -> list[tuple[int, ...]]:
    """The definition: (n, k, m) in the order of the MAC, operands looked up one by one."""
    (samples, depth), outputs = x.shape, w.shape[1]
    found: list[tuple[int, ...]] = []
    if dataflow == "output":
        for m in range(column, outputs, array.columns):
            for n in range(row, samples, array.rows):
                for k in range(depth):
                    clear = int(k == 0)
                    found.append((int(x[n, k]), int(w[k, m]), clear, clear))
        return found
    held, streamed = (outputs, samples) if dataflow == "weight" else (samples, outputs)
    for outer in range(column, held, array.columns):
        for k in range(row, depth, array.rows):
            for inner in range(streamed):
                n, m = (inner, outer) if dataflow == "weight" else (outer, inner)
                partial = sum(int(x[n, j]) * int(w[j, m]) for j in range(k))
                found.append((int(x[n, k]), int(w[k, m]), 1, partial))
    return found


@given(shapes, arrays, st.sampled_from(DATAFLOWS), st.sampled_from([1, 3, 10, 1000]), st.data())
def test_streams_are_the_loops_that_they_abbreviate(
    shape: tuple[int, int, int], array: Array, dataflow: str, chunk: int, data: st.DataObject
) -> None:
    x, w = _layer(shape)
    row = data.draw(st.integers(0, array.rows - 1))
    column = data.draw(st.integers(0, array.columns - 1))
    parts = list(mac_stream(x, w, dataflow, array, (row, column), chunk))
    assert _operations(parts) == _by_loops(x, w, dataflow, array, row, column)


@given(shapes)
def test_output_stationary_sums_are_the_matrix_product(shape: tuple[int, int, int]) -> None:
    x, w = _layer(shape)
    parts = list(mac_stream(x, w, "output", chunk=5))
    xs, ws, clear = (np.concatenate([getattr(p, n) for p in parts]) for n in ("x", "w", "clear"))
    sums = ops.mac(xs, ws, clear, np.ones_like(xs), ACC)
    assert np.array_equal(sums[shape[1] - 1 :: shape[1]].reshape(shape[2], shape[0]).T, x @ w)


@given(shapes, arrays, st.sampled_from(DATAFLOWS))
def test_an_array_does_every_multiplication_once(
    shape: tuple[int, int, int], array: Array, dataflow: str
) -> None:
    x, w = _layer(shape)
    positions = list(itertools.product(range(array.rows), range(array.columns)))
    counts = [
        sum(part.x.size for part in mac_stream(x, w, dataflow, array, position))
        for position in positions
    ]
    plan = schedule(*shape, dataflow, array)
    assert sum(counts) == plan.macs == np.prod(shape)
    # The clock by a plain simulation: tiles as waves, one a position.
    rows, columns, stream = {
        "output": (shape[0], shape[2], shape[1]),
        "weight": (shape[1], shape[2], shape[0]),
        "input": (shape[1], shape[0], shape[2]),
    }[dataflow]
    last = 0
    tile = 0
    for first_row in range(0, rows, array.rows):
        for first_column in range(0, columns, array.columns):
            for r, c in positions:
                if first_row + r < rows and first_column + c < columns:
                    last = max(last, tile * stream + r + c + stream)
            tile += 1
    assert last <= plan.cycles <= last + array.rows + array.columns - 2
    assert plan.idle == plan.cycles * len(positions) - plan.macs >= 0
    assert 0 < plan.utilization <= 1


def test_what_does_not_fit_is_refused() -> None:
    x, w = _layer((2, 3, 4))
    with pytest.raises(SimError, match=r"inputs of shape \(2, 3\) and weights of shape \(4, 3\)"):
        mac_stream(x, w.T, "output")
    with pytest.raises(SimError, match="unknown dataflow 'row': known are output, weight, input"):
        mac_stream(x, w, "row")
    with pytest.raises(SimError, match=r"MAC \(2, 0\) is outside the array of 2 x 2"):
        mac_stream(x, w, "output", Array(2, 2), (2, 0))
    with pytest.raises(SimError, match="at least 1 x 1 MACs, not 0 x 4"):
        Array(0, 4)


def test_a_mac_without_operations_has_an_empty_stream() -> None:
    x, w = _layer((2, 3, 1))
    assert list(mac_stream(x, w, "output", Array(4, 4), (3, 0))) == []
    assert list(mac_stream(x, w, "weight", Array(4, 4), (3, 0))) == []
