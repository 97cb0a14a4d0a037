"""The connections of a process to version files: read-only and hardened, one for pages and one for whole tables."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

import duckdb

from data.codes import refusal

_HARDENED: Mapping[str, Any] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "memory_limit": "2GB",
    "threads": 2,
}
_PAGE_MEMORY = "140MB"
"""What the queries of pages share. The prepared tables they read are small; those that need more are asked again."""
_PROCESS = token_hex(8)
"""Names what this process puts beside a version: readers that shared such a folder would write over each other's."""
_roots: dict[tuple[Path, bool], duckdb.DuckDBPyConnection] = {}
_roots_lock = threading.Lock()


def opened(file: Path, digest: str | None, page: bool) -> duckdb.DuckDBPyConnection:
    """The process's connection to a version file, for pages or for whole tables; its sha256 is compared first."""
    with _roots_lock:
        root = _roots.get((file, page))
        if root is None:
            if not file.exists():
                raise refusal("E11", f"{file.stem} 不存在")
            if digest is not None and (file, not page) not in _roots and digest_of(file) != digest:
                raise refusal("E11", file.stem)
            try:
                root = _for_pages(file) if page else whole(file)
            except duckdb.Error as error:
                raise refusal("E11", file.stem) from error
            older = [key for key in _roots if key[0].parent == file.parent and key[1] == page]
            for stale in older[:-1]:
                del _roots[stale]  # not closed: that would end the queries still running; the last of them closes it
            _roots[file, page] = root
        return root


def forget(file: Path, page: bool) -> None:
    """Let the next one who asks open the file anew."""
    with _roots_lock:
        _roots.pop((file, page), None)


def whole(file: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a version file for whole tables. DuckDB asks that all of a process have the same settings."""
    own = {"temp_directory": f"{file}.{_PROCESS}.tmp", "lock_configuration": "true"}
    return duckdb.connect(str(file), read_only=True, config=dict(_HARDENED) | own)


def _for_pages(file: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB opens a file once in a process; pages attach it to a database in memory, with a limit of their own."""
    own = {
        "memory_limit": _PAGE_MEMORY,
        "temp_directory": f"{file}.{token_hex(8)}.tmp",
        "enable_external_access": "true",
    }
    root = duckdb.connect(config=dict(_HARDENED) | own)
    place = str(file).replace("'", "''")  # ATTACH takes no parameters
    root.execute(f"attach '{place}' as version (read_only)")
    root.execute("set enable_external_access = false")
    root.execute("set lock_configuration = true")
    return root


def close_all() -> None:
    """Close every connection this process holds (tests, shutdown)."""
    with _roots_lock:
        for root in _roots.values():
            root.close()
        _roots.clear()


def digest_of(file: Path) -> str:
    """The sha256 of a file."""
    digest = sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
