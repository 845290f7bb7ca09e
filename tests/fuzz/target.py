"""What a format of the fuzzer is."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

REPOSITORY = Path(__file__).parents[2]
OUT = "out"  # where readers may write, in the folder of an input


class Target(Protocol):
    """A format: makes hostile files, and reads them as users of the package do."""

    def make(self, chance: random.Random) -> Mapping[str, bytes]:
        """File name -> content of one input."""
        ...

    def read(self, folder: Path, files: Mapping[str, bytes]) -> str:
        """What one input comes to, in a word; it lies in `folder`, results go to `OUT` in it.

        Raises
        ------
        CharacterizeError, SimError
            Where it is refused; anything else that it raises is a failure.
        """
        ...


@dataclass
class Found:
    """What a run of the fuzzer found.

    Attributes
    ----------
    outcomes
        Word -> how many inputs came to it; refusals are `refused`.
    reasons
        Message of a refusal, its numbers left out -> how many.
    failures
        Number of an input -> what went wrong.
    """

    outcomes: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)
