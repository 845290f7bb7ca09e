"""A multiplier of anybody's in a network, on the command line: `network --unit mine.v`."""

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from characterize.network.own import as_mac, own_unit, product_table
from characterize.units import Entry, Registry, UnitSpec
from sim.datasets import Dataset
from sim.network import Network
from sim.options import evaluated
from sim.patches import Array
from sim.product_tables import ProductTable, differences, with_products


def own_network(
    name: str, registry: Registry, library: str, network: Network, test: Dataset, jobs: int
) -> tuple[Entry, Network, float]:
    """The unit as a MAC, the network with its products, and its accuracy on the test images.

    Raises
    ------
    CharacterizeError
        If it is neither a multiplier nor a MAC.
    SimError
        If it does not hold the network's numbers.
    """
    unit = own_unit(name, registry, library)
    table = product_table(unit)
    _show_unit(unit, table)
    changed = network if table.exact else with_products(network, table)
    percent, _ = evaluated(changed, test, jobs)
    if table.exact:
        print(f"accuracy: {percent:.2f} % of {len(test)} images")
    else:
        exact, _ = evaluated(network, test, jobs)
        print(f"accuracy: {percent:.2f} % of {len(test)} images; {exact:.2f} % with exact products")
    return as_mac(unit, Path(registry.path).parent), changed, percent


def show_differences(network: Network, images: Array) -> None:
    """Sums of each layer beside exact ones of the same inputs."""
    table = Table("layer", "sums", "not exact %", "mean error", "of magnitudes")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, found in differences(network, images).items():
        table.add_row(
            name, f"{found.sums:,}", f"{100 * found.different / found.sums:.2f}",
            f"{found.mean_error:.4g}", f"{found.mean_absolute_error:.4g}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def _show_unit(unit: UnitSpec, table: ProductTable) -> None:
    kind = "MAC" if unit.clock is not None else "multiplier"
    ports = ", ".join(
        f"{port.name} is {port.role} ({port.format})" for port in (*unit.operands, *unit.results)
    )
    errors = table.errors
    print(f"{unit.name}: a {kind}; {ports}")
    if table.exact:
        print(f"{unit.name}: x*w for all {errors.size:,} operands")
        return
    worst = int(np.abs(errors).argmax())
    print(
        f"{unit.name}: differs from x*w for {100 * np.count_nonzero(errors) / errors.size:.4g} % "
        f"of all {errors.size:,} operands; mean error {errors.mean():.6g}, of magnitudes "
        f"{np.abs(errors).mean():.6g}, worst {errors.ravel()[worst]}"
    )
