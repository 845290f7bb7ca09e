"""Networks whose multiplier is another one than exact: its products, looked up in a table."""

import copy
from dataclasses import dataclass

import numpy as np

from sim.accumulators import Accumulator, Product
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.layers import Layer
from sim.network import Network
from sim.patches import Array
from sim.weighted import Conv2d, Linear


@dataclass(frozen=True, eq=False)
class ProductTable:
    """What a multiplier makes of all of its operands.

    Parameters
    ----------
    x, w
        Formats of the operands.
    products
        Integers of shape (values of x, values of w), the lowest operands first.

    Raises
    ------
    SimError
        If the shape is another one.
    """

    x: IntFormat
    w: IntFormat
    products: IntArray

    def __post_init__(self) -> None:
        wanted = tuple(number.max - number.min + 1 for number in (self.x, self.w))
        if self.products.shape != wanted:
            raise SimError(f"a table of {self.products.shape} products: operands have {wanted}")

    @property
    def errors(self) -> IntArray:
        """Product minus x w, of the same shape."""
        return self.products - np.multiply.outer(_values(self.x), _values(self.w))

    @property
    def exact(self) -> bool:
        """Whether it is x w throughout."""
        return not self.errors.any()

    def sums(self, x: Array, w: IntArray) -> IntArray:
        """Sums of products of a matrix (N, K) with one of weights (K, M), shape (N, M)."""
        rows, columns = x.astype(np.int64) - self.x.min, w.astype(np.int64) - self.w.min
        sums = np.zeros((len(rows), columns.shape[1]), dtype=np.int64)
        for inputs, weights in zip(rows.T, columns, strict=True):
            sums += self.products[:, weights][inputs]
        return sums


class TableProduct(Product):
    """Products with a weight matrix as a table has them; otherwise as `Product`."""

    def __init__(self, exact: Product, table: ProductTable) -> None:
        self.__dict__.update(exact.__dict__)
        self.table = table

    def __call__(self, x: Array) -> tuple[Array, int]:
        """See `Product`; sums in int64, and wrapped where they leave the accumulator."""
        sums = self.table.sums(x, self.weights)
        wrapped = self.accumulator.format.wrap(sums)
        return wrapped, int(np.count_nonzero(wrapped != sums))


def with_products(network: Network, table: ProductTable) -> Network:
    """The same network, whose layers multiply as a table says.

    Raises
    ------
    SimError
        If a layer's operands are not in the table, or its sums are of two registers, or
        saturate.
    """
    layers: dict[str, Layer] = {}
    for name, layer in network.weighted.items():
        _check(name, layer, table)
        other = copy.copy(layer)
        other.products = [TableProduct(product, table) for product in layer.products]
        layers[name] = other
    return network.with_layers(layers)


def _check(name: str, layer: Conv2d | Linear, table: ProductTable) -> None:
    accumulator: Accumulator = layer.accumulator
    if accumulator.split or accumulator.overflow == "saturate":
        kind = "in two registers" if accumulator.split else "that saturate"
        raise SimError(
            f"layer {name} has sums {kind}: a table of products is for one register that wraps; "
            "take the scheme signed or mixed"
        )
    for what, number, known in (("x", layer.x_format, table.x), ("w", layer.w_format, table.w)):
        if number.min < known.min or number.max > known.max:
            raise SimError(
                f"layer {name}: {what} is {number.min} to {number.max}, the multiplier takes "
                f"{known.min} to {known.max}: take fewer bits, or a multiplier of other operands"
            )


def _values(number: IntFormat) -> IntArray:
    return np.arange(number.min, number.max + 1, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Differences:
    """How far a layer's sums are from exact ones of the same inputs.

    Attributes
    ----------
    sums, different
        How many there are, and how many differ.
    mean_error, mean_absolute_error
        Of all sums, in units of the accumulator's last bit.
    """

    sums: int
    different: int
    mean_error: float
    mean_absolute_error: float


def differences(network: Network, images: Array) -> dict[str, Differences]:
    """For each layer of a network of `with_products`."""
    sources = {name: network.node(name).inputs[0] for name in network.weighted}
    kept = network.run(images, tuple(set(sources.values()))).kept
    found = {}
    for name, layer in network.weighted.items():
        x = kept[sources[name]]
        errors = np.concatenate(
            [
                (product(matrix)[0] - Product.__call__(product, matrix)[0]).ravel()
                for matrix, product in zip(layer.matrices(x), layer.products, strict=True)
            ]
        ).astype(np.int64)
        found[name] = Differences(
            errors.size, int(np.count_nonzero(errors)), float(errors.mean()),
            float(np.abs(errors).mean()),
        )  # fmt: skip
    return found
