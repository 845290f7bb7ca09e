"""Liberty files: read, made into a library by rule, written as a cell table, and read again."""

import gzip
import random
from collections.abc import Mapping
from pathlib import Path

from characterize.cell_table import read_table, write_table
from characterize.errors import CharacterizeError
from characterize.liberty_writer import liberty_text
from characterize.library_import import import_library
from tests.fuzz.mutate import mutated
from tests.fuzz.target import OUT, REPOSITORY

_SPECIAL = (
    b'library (x) { time_unit : "1ns"; capacitive_load_unit (1, pf); cell (A) { area : 1; '
    b'bundle (b) { } pin (Y) { direction : output; function : "(A B)\' + !C ^ 1"; } '
    b'statetable ("a b", "c") { table : "H L : - : L"; } latch (q, n) { } } }\n',
)
_FILE = "x.lib"


class Liberty:
    """See `Target`."""

    def __init__(self) -> None:
        eight = (REPOSITORY / "tests" / "data" / "eight_cells.lib").read_bytes()
        self._seeds = (eight, eight, eight, *_SPECIAL)

    def make(self, chance: random.Random) -> Mapping[str, bytes]:
        """See `Target.make`."""
        text = mutated(chance, self._seeds)
        if chance.random() < 0.05:
            packed = bytearray(gzip.compress(text, compresslevel=1, mtime=0))
            if chance.random() < 0.5:
                packed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
            return {_FILE: bytes(packed)}
        return {_FILE: text}

    def read(self, folder: Path, files: Mapping[str, bytes]) -> str:  # noqa: ARG002
        """See `Target.read`."""
        imported = import_library([folder / _FILE], None, None)
        assert imported.report.text(imported.library)
        table = folder / OUT / "table.toml"
        write_table(imported.library, table)
        try:
            again = read_table(table)
        except CharacterizeError as error:
            raise AssertionError(f"wrote what it cannot read: {error}") from error
        assert list(again.cells) == list(imported.library.cells)
        assert liberty_text(again)
        return "imported"
