"""The rows of a survey as a Parquet file, for those who ask a table of many thousand pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from abidiff.errors import UsageError
from abidiff.survey.one import Row


def required() -> None:
    """Refuse where pyarrow is not installed, before anything is compared."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise UsageError("no pyarrow is installed here", hint="pip install 'abidiff[parquet]'") from None


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the rows, in their order; the file is whole or not there.

    Columns are the fields of a row: texts (``name``, ``old``, ``new``, ``verdict``, ``failed``, ``report``),
    ``problems`` (a number), ``advice`` (a list of texts), ``counts`` and ``rules`` (sorted maps from text to number).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = pa.map_(pa.string(), pa.int64(), keys_sorted=True)
    texts = pa.string()
    kinds: dict[str, Any] = {
        "name": texts, "old": texts, "new": texts, "verdict": texts, "failed": texts, "counts": numbers,
        "rules": numbers, "problems": pa.int64(), "advice": pa.list_(texts), "report": texts,
    }  # fmt: skip
    columns = [pa.array([_plain(getattr(row, name)) for row in rows], kind) for name, kind in kinds.items()]
    partial = path.with_name(f"{path.name}.part")
    pq.write_table(pa.table(columns, schema=pa.schema(kinds.items())), partial, compression="zstd")
    partial.replace(path)


def _plain(value: object) -> object:
    """Return a value as Parquet holds it: a map is sorted pairs, a text is UTF-8."""
    if isinstance(value, dict):
        return sorted((_plain(key), number) for key, number in value.items())
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value
