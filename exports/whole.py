"""A file that stands whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data.codes import refusal


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A draft beside ``out`` that takes its place in the end; nothing is left of it after an error.

    Raises ``Refusal`` E10 if the file cannot be written.
    """
    draft = out.with_name(f".{out.name}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(out)
    except OSError as error:
        raise refusal("E10", str(out)) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
