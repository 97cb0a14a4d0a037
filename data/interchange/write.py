"""Rows -> interchange tables as Parquet, in pieces, so that millions of rows need little memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from data.interchange.columns import tables


class TableWriter:
    """Writes one interchange table to a Parquet file. ``dataset`` (own, samples, simulated) goes with it.

    Every ``write`` takes columns of equal length by their English names; columns left out are blank.
    """

    def __init__(self, file: Path, table: str, dataset: str) -> None:
        columns = tables()[table].columns
        self._schema = pa.schema(
            {c.name: c.type for c in columns if c.name != "dataset"}, metadata={"dataset": dataset, "table": table}
        )
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd", write_statistics=False)
        self.rows = 0

    def write(self, columns: Mapping[str, Any]) -> None:
        """Add rows. Raises ``KeyError`` for a column the table does not have, ``pa.ArrowInvalid`` for a wrong value."""
        unknown = columns.keys() - set(self._schema.names)
        if unknown:
            raise KeyError(*sorted(unknown))
        length = max(len(values) for values in columns.values())
        arrays = [
            _array(columns[f.name], f.type) if f.name in columns else pa.nulls(length, f.type) for f in self._schema
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self.rows += length

    def close(self) -> None:
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array):
        return values if values.type == kind else values.cast(kind)
    return pa.array(values, kind)
