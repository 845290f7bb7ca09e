"""The command line of activation units' errors: `python -m characterize activations`."""

from pathlib import Path
from typing import Annotated

import typer

from characterize import activation_errors


def activations(
    out: Annotated[
        Path,
        typer.Option(help="Folder of results; activation_errors.csv is put beside its tables."),
    ] = Path("results"),
) -> None:
    """Write how far sigmoid, tanh, exp, reciprocal and softmax units are from the real ones."""
    print(f"errors: {activation_errors.write(out)}")
