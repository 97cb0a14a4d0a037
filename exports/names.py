"""Names of exported files: year, place, what, version, fit for every file system."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e]')
_LONGEST = 80


def file_name(*parts: str) -> str:
    """Parts joined by underscores, without signs that a file system or shell would take amiss."""
    name = "_".join(_UNSAFE.sub("", part).strip(" .") for part in parts)
    return name[:_LONGEST].strip(" .") or "导出"
