"""SQL lives in ``.sql`` files. A file is one query, or several marked ``-- name: <name>``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@lru_cache(maxsize=64)
def named(path: Path) -> Mapping[str, str]:
    """The statements of a file by name, in file order."""
    parts = _NAME.split(path.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], (text.strip() for text in parts[2::2]), strict=True))


def asked_by(statement: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the parameters that a statement names; DuckDB refuses the others."""
    return {name: value for name, value in given.items() if f"${name}" in statement}
