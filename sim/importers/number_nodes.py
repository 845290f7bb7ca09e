"""Nodes of a graph that change each number: scales, offsets, ReLUs, roundings, tables."""

from dataclasses import replace

import numpy as np

from sim.errors import SimError
from sim.importers.building import Building
from sim.importers.graph import FLOATS, INT64, GraphNode
from sim.lookup import Lookup
from sim.reals import Real


def batch_norm(built: Building, node: GraphNode) -> None:
    """A scale and an offset a channel."""
    gamma, beta, mean, variance = (built.constant(node, i) for i in range(1, 5))
    scale = gamma / np.sqrt(variance + float(node.attributes.get("epsilon", 1e-5)))
    built.put(node, built.plain(node).scaled(scale, beta - mean * scale))


def affine(built: Building, node: GraphNode) -> None:
    """A constant that is added or multiplied, or a sum of two images."""
    first, second = node.inputs
    if first in built.reals and second in built.reals and node.op == "Add":
        reals = [built.plain(node, i) for i in (0, 1)]
        terms = reals[0].terms + reals[1].terms
        built.put(node, Real(terms, reals[0].offset + reals[1].offset))
        return
    index = 0 if first in built.reals else 1
    if node.inputs[1 - index] in built.reals or (index == 1 and node.op in ("Sub", "Div")):
        raise SimError("only an image and a constant, or sums of two images")
    real, value = built.plain(node, index), built.channels(built.constant(node, 1 - index))
    one, zero = np.ones(1), np.zeros(1)
    scale, shift = one, zero
    if node.op in ("Add", "Sub"):
        shift = value if node.op == "Add" else -value
    else:
        scale = value if node.op == "Mul" else 1 / value
    made = real.scaled(scale, shift)
    if np.all(scale == 1) and len(real.terms) == 1:
        steps = made.offset / real.terms[0][1]
        # Integers from which a zero point is subtracted are still multiplied as they are.
        kept = real.integers if np.all(steps == np.rint(steps)) else None
        made = replace(made, integers=kept)
    built.put(node, made, built.shapes[node.inputs[index]])


def relu(built: Building, node: GraphNode) -> None:
    """A ReLU, put off."""
    built.put(node, replace(built.plain(node), positive=True, relu=True, integers=None))


def same(built: Building, node: GraphNode) -> None:
    """What changes nothing."""
    built.put(node, built.real(node))


def rounded(built: Building, node: GraphNode) -> None:
    """A rounding, put off."""
    real = built.real(node)
    if real.rounded:
        raise SimError("its input is rounded already")
    how = "down" if node.op == "Floor" else "half-even"
    built.put(node, replace(real, rounded=how, integers=None))


def cast(built: Building, node: GraphNode) -> None:
    """Another type of the same numbers."""
    real = built.real(node)
    whole = real.integers is not None and _unscaled(real) and not np.any(real.offset)
    if node.attributes.get("to") not in FLOATS and not (
        node.attributes.get("to") == INT64 and whole
    ):
        raise SimError("only to float or double, and of integers to int64")
    same(built, node)


def gather(built: Building, node: GraphNode) -> None:
    """A table's numbers: of a known length, the integers of its input are its places."""
    if node.inputs[0] not in built.graph.constants or node.inputs[1] not in built.reals:
        raise SimError("only from a constant table, by an image")
    table, real = built.constant(node, 0), built.real(node, 1)
    if real.integers is None or not _unscaled(real) or table.ndim != 1:
        raise SimError("only from a table of one dimension, by integers of scale 1")
    name, number = real.integers
    if np.any(table != np.rint(table)) or np.any(real.offset != -number.min):
        raise SimError(f"its table has no integer for each value of {number}")
    if node.attributes.get("axis", 0) != 0:
        raise SimError("only along the first axis")
    shape = built.emit(node, Lookup(table.astype(np.int64), number), name)
    real = Real(((node.name, np.ones(1)),), np.zeros(1), positive=not number.signed,
                integers=(node.name, number))  # fmt: skip
    built.put(node, real, shape)


def _unscaled(real: Real) -> bool:
    """Whether it is one tensor of integers itself, but for an offset."""
    return len(real.terms) == 1 and bool(np.all(real.terms[0][1] == 1))
