"""The vendor's Liberty files cut down to the cells of a table, all their tables kept."""

import gzip
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_GROUP = re.compile(
    r'^\s*(cell|lu_table_template|power_lut_template)\s*\(\s*"?([^")]*?)"?\s*\)\s*\{'
)


def liberty_files(folder: Path) -> list[Path]:
    """The Liberty files of one of the libraries that GATEWATT_DATA holds."""
    return sorted(path for path in folder.glob("*.lib*") if path.stem != "LICENSE")


def cut_down(files: Sequence[Path], cells: Sequence[str]) -> str:
    """One Liberty text with only these cells, each as its vendor wrote it.

    Everything outside of cells is the first file's, but for its default wire load,
    which is not the wire allowance of the table; templates are everybody's.
    """
    head: list[str] = []
    groups: dict[tuple[str, str], str] = {}
    for number, path in enumerate(files):
        content = path.read_bytes()
        text = gzip.decompress(content).decode() if path.suffix == ".gz" else content.decode()
        # ASAP7 forgot a semicolon, after which other readers lose the file's cells.
        text = re.sub(r"^(\s*area : [\d.]+)\s*$", r"\1;", text, flags=re.MULTILINE)
        for kind, name, piece in _pieces(text):
            if kind == "head":
                head += [piece] if number == 0 and "default_wire_load" not in piece else []
            elif kind != "cell" or name in cells:
                assert groups.setdefault((kind, name), piece) == piece, f"{path}: {kind} {name}"
    missing = set(cells) - {name for kind, name in groups if kind == "cell"}
    assert not missing, missing
    templates = [piece for (kind, _), piece in groups.items() if kind != "cell"]
    # The mapper breaks ties by the order of the cells: the table's.
    return "".join(head + templates + [groups["cell", name] for name in cells]) + "}\n"


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Cells and templates, whole; every other line as `head`, without the library's end."""
    lines = iter(text.rstrip().removesuffix("}").splitlines(keepends=True))
    for line in lines:
        found = _GROUP.match(line)
        if found is None:
            yield "head", "", line
            continue
        piece, depth = line, line.count("{") - line.count("}")
        while depth:
            inner = next(lines)
            piece += inner
            depth += inner.count("{") - inner.count("}")
        yield found[1], found[2], piece
