"""Options that the commands share, and what is made of them."""

from pathlib import Path
from typing import Annotated

import typer

from characterize.cache import Cache, default_folder

Library = Annotated[str, typer.Option(help="Shipped library, or a cell table.")]
Delay = Annotated[str, typer.Option("--delay", help="zero, unit or library.")]
Step = Annotated[float | None, typer.Option(help="Step of library delays in ps.")]
CacheFolder = Annotated[Path | None, typer.Option(help="Folder of finished work.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Keep nothing.")]


def chosen_cache(folder: Path | None, no_cache: bool = False) -> Cache:
    """Where finished work is kept: in a folder, in the user's own if None, or nowhere."""
    return Cache(None if no_cache else folder or default_folder())
