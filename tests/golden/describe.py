"""Describe the committed tables anew, as code says now what their columns mean.

`python -m tests.golden.describe`; tables stay as they are.
"""

from pathlib import Path
from typing import Any

from characterize.activation_errors import ERRORS
from characterize.bench.table import BENCH
from characterize.network.lowest_table import LOWEST
from characterize.network.table import NETWORKS
from characterize.network.tasks_table import TASKS
from characterize.network.transistor_ops_table import PREDICTIONS
from characterize.report.observations_table import OBSERVATIONS
from characterize.tables import UNITS_TABLE, WEIGHTS_TABLE
from sim.packages import package_of, write_package
from sim.pruning.powerpruning_table import POWERPRUNING
from sim.sweep_table import sweep_of, training_of
from sim.tables import Table

RESULTS = Path(__file__).parents[2] / "results"
_SWEPT = "resnet20_cifar10"
# By the path of the file.
COMMITTED: dict[str, Table] = {
    **{
        f"{table.name}.csv": table
        for table in (
            UNITS_TABLE, WEIGHTS_TABLE, NETWORKS, TASKS, PREDICTIONS, ERRORS, LOWEST, OBSERVATIONS,
            BENCH, POWERPRUNING,
        )
    },
    **{
        f"sweeps/{table.name}.csv": table
        for table in (sweep_of(_SWEPT, "all"), training_of(_SWEPT))
    },
}  # fmt: skip


def described(path: str) -> dict[str, Any]:
    """What the package has to say of a table."""
    return COMMITTED[path].described((RESULTS / path).read_bytes(), path)


def main() -> None:
    """Write the package, its tables in the order that they had, new ones at the end."""
    package = package_of(RESULTS)
    paths = [resource["path"] for resource in package["resources"]]
    paths = [path for path in paths if path in COMMITTED]
    paths += [path for path in COMMITTED if path not in paths]
    write_package(RESULTS, package | {"resources": [described(path) for path in paths]})


if __name__ == "__main__":
    main()
