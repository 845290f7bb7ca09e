"""`python -m sim finetune`."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim import options
from sim.errors import SimError
from sim.sources import Source
from sim.sweep_table import ORDER, training_of


def finetune_command(
    weights: options.Weights = None,
    architecture: options.Architecture = None,
    data: options.Data = "digits",
    budget: Annotated[
        float | None, typer.Option(help="Bit flips an element; without it, the float control.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 1,
    batch: Annotated[int, typer.Option(min=1)] = 128,
    rate: Annotated[float, typer.Option(help="Learning rate at the beginning.")] = 0.02,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    bfloat16: Annotated[
        bool, typer.Option("--bfloat16", help="Multiplies integers: faster where cores have it.")
    ] = False,
    sum_bits: Annotated[
        int | None, typer.Option(min=8, max=32, help="Sums that weights are trained to fit.")
    ] = None,
    distilled: Annotated[
        float,
        typer.Option(min=0, max=1, help="Share of the loss against what the float network says."),
    ] = 0.0,
    images: options.ImageCount = None,
    jobs: options.Jobs = 2,
    out: Annotated[Path, typer.Option(help="Folder of weights, scheme and table.")] = Path(
        "results/sweeps"
    ),
) -> None:
    """Train a network with PANN's weights under a budget (extra `train`).

    The state is kept every so often: the same command goes on where it was interrupted.
    """
    try:
        import torch  # noqa: PLC0415 - an extra

        from sim.train.finetune import finetune, row, write  # noqa: PLC0415 - needs the extra
        from sim.train.loop import Descent  # noqa: PLC0415 - needs the extra
    except ImportError as error:
        raise SimError("training needs PyTorch: pip install '.[train]'") from error
    torch.set_num_threads(jobs)
    source = Source(weights, architecture, None, data)
    # Digits are small and few: mirrored ones are others.
    augmented = len(source.train.images.shape) == 4 and source.train.images.shape[3] == 3
    descent = Descent(epochs, batch, seed, rate, augmented=augmented, bfloat16=bfloat16,
                      sum_bits=sum_bits, distilled=distilled)  # fmt: skip
    kind = "float" if budget is None else f"pann{budget:g}"
    told = "_distilled" if distilled else ""
    path = out / f"{source.name}_{kind}{told}_seed{seed}.npz"
    console = Console(stderr=True)
    with Progress(
        TextColumn("training"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.description}"), TimeRemainingColumn(),
        console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=None)

        def advance(done: int, total: int, loss: float) -> None:
            bar.update(task, completed=done, total=total, description=f"loss {loss:.3f}")

        trained = finetune(source, budget, descent, path.with_suffix(".pt"), jobs, advance)
    write(trained, path)
    values = row(source, trained, budget, descent, images, jobs)
    table = training_of(source.name)
    count = table.replace(pd.DataFrame([values]), out, order=ORDER)
    flips = values["flips_measured"]
    charged = "" if flips is None else f" at {flips:.3f} bit flips an element"
    print(f"{values['accuracy']:.2f} % of the {values['images']} test images{charged}")
    print(f"{path}; {count} rows: {table.path(out)}")
