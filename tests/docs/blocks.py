"""The blocks of code of documentation: found, run in a folder of their own, or read only.

`python blocks.py PAGE ...` runs those of whole pages with the Python that runs it.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]*)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A title that says why a block is not run.
_NOT_RUN = re.compile(r"takes |needs |once, ")
_RUN = ("bash", "python")
_FILES = ("verilog", "toml")  # written under the name that the title gives
_SHOWN = ("bibtex", "text")
_TIMEOUT_S = 1200


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes
    ----------
    page, line
        Where it begins.
    language, title, code
        As fenced.
    """

    page: Path
    line: int
    language: str
    title: str
    code: str

    @property
    def runs(self) -> bool:
        """Whether it is run; else only its options are looked at."""
        return self.language in _RUN and not _NOT_RUN.match(self.title)

    @property
    def is_file(self) -> bool:
        """Whether it is a file that other blocks use."""
        return self.language in _FILES

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """All of a page, in their order.

    Raises
    ------
    ValueError
        If one is in a language that is neither run, nor a file, nor only shown.
    """
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        language, title, code = match[1], match[2] or "", match[3]
        if language not in (*_RUN, *_FILES, *_SHOWN):
            raise ValueError(f"{page}:{line}: blocks are not in {language}")
        if language in _FILES and not re.fullmatch(r"[\w.-]+", title):
            raise ValueError(f"{page}:{line}: a file needs its name as title")
        found.append(Block(page, line, language, title, code))
    return found


def indented(page: Path) -> list[Block]:
    """Blocks of commands that are indented and not fenced, as in the README: read only."""
    text = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), page.read_text(encoding="utf-8"))
    return [
        Block(page, number, "bash", "needs what it names", line.strip())
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(r" {4}(\./|nox |python )", line)
    ]


def run(block: Block, folder: Path) -> str:
    """Run a block, or write its file; what it printed.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    if block.is_file:
        (folder / block.title).write_text(block.code, encoding="utf-8")
        return ""
    # The Python that runs this stands for `python`.
    folders = [str(Path(sys.executable).parent), os.environ["PATH"]]
    command = (
        [sys.executable, "-c", block.code]
        if block.language == "python"
        else ["bash", "-euo", "pipefail", "-c", block.code]
    )
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S,
        env=dict(os.environ, PATH=os.pathsep.join(folders)),
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{block.where}:\n{block.code}\n{done.stdout}{done.stderr}")
    return done.stdout


def commands(block: Block) -> Iterator[list[str]]:
    """Words of each command line of a block."""
    if block.language == "bash":
        for line in block.code.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words:
                yield words


def main() -> None:
    """Run pages, each in a folder of its own."""
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            for block in blocks(Path(name)):
                if block.runs or block.is_file:
                    print(run(block, Path(folder)), end="")


if __name__ == "__main__":
    main()
