"""Parquet: the whole of `units.csv`, its columns' types, units and meanings with it.

The file's metadata has the statement under `gatewatt`, the data package under
`datapackage`; a column's has `unit` and `description`. Rows, columns and their order
are those of the CSV; empty fields are null.

Source: parquet.apache.org, file format 2.6 as pyarrow writes it.
"""

import importlib
import io
from typing import Any

from characterize.errors import CharacterizeError
from characterize.export.source import Source
from characterize.export.statement import NOT_INCLUDED
from characterize.tables import UNITS
from sim.packages import PACKAGE_FILE


def parquet_bytes(source: Source) -> bytes:
    """`units.csv` as a Parquet file; the same table gives the same bytes.

    Raises
    ------
    CharacterizeError
        If pyarrow is not installed.
    """
    arrow, parquet = _pyarrow("pyarrow"), _pyarrow("pyarrow.parquet")
    types = {
        "string": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "boolean": arrow.bool_(),
    }
    fields, arrays = [], []
    for column in UNITS:
        kind = types[column.type]
        values = source.table[column.name]
        if column.type == "boolean":  # texts where fields are empty
            values = values.map(lambda value: str(value).lower() == "true", na_action="ignore")
        content = [None if missing else value for value, missing in zip(
            values.tolist(), values.isna().tolist(), strict=True)]  # fmt: skip
        if column.type == "integer":
            content = [None if value is None else int(value) for value in content]
        arrays.append(arrow.array(content, type=kind))
        about = {"description": column.description} | ({"unit": column.unit} if column.unit else {})
        fields.append(arrow.field(column.name, kind, metadata=about))
    metadata = {
        "gatewatt": f"From units.csv, SHA-256 {source.sha256}. Not included: {NOT_INCLUDED}.",
        "datapackage": (source.folder / PACKAGE_FILE).read_text(encoding="utf-8"),
    }
    table = arrow.Table.from_arrays(arrays, schema=arrow.schema(fields, metadata=metadata))
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, version="2.6", compression="zstd")
    return buffer.getvalue()


def _pyarrow(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise CharacterizeError(
            "Parquet needs pyarrow, which is not installed: pip install 'gatewatt[parquet]'"
        ) from error
