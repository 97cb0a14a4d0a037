"""The catalogue of checks: ids, names, explanations, severities, thresholds with the source of each default.

A warehouse may set thresholds of its own in a file ``thresholds.toml``: lines such as ``"execution_gap.gap" = 0.10``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isfinite
from pathlib import Path

from data.codes import refusal

_FILE = Path(__file__).with_name("catalogue.toml")
OVERRIDE = "thresholds.toml"
SEVERITIES = ("重点", "一般", "提示")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit: ``name`` is ``check_id.limit``, ``label`` what it limits, ``source`` where the value comes from."""

    name: str
    label: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding, in the reader's words."""

    check_id: str
    name: str
    explanation: str
    severity: str
    when_empty: str
    thresholds: tuple[Threshold, ...]


@lru_cache(maxsize=1)
def load() -> Mapping[str, Check]:
    """Every check by id, in the order of the file."""
    found = {}
    for check_id, entry in tomllib.loads(_FILE.read_text(encoding="utf-8")).items():
        limits = tuple(
            Threshold(f"{check_id}.{name}", limit["label"], float(limit["value"]), limit["unit"], limit["source"])
            for name, limit in entry.get("thresholds", {}).items()
        )
        found[check_id] = Check(
            check_id, entry["name"], entry["explanation"], entry["severity"], entry["when_empty"], limits
        )
    return found


def thresholds(folder: Path | None = None) -> list[Threshold]:
    """Every threshold, with the values that a warehouse folder sets for itself.

    Raises ``Refusal`` E31 if its file names an unknown threshold or no number.
    """
    own = _own(folder / OVERRIDE) if folder is not None else {}
    known = {limit.name: limit for check in load().values() for limit in check.thresholds}
    for name in own:
        if name not in known:
            raise refusal("E31", name)
    return [
        replace(limit, value=own[name], source=f"本单位设定（{OVERRIDE}）") if name in own else limit
        for name, limit in known.items()
    ]


def _own(file: Path) -> dict[str, float]:
    if not file.is_file():
        return {}
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refusal("E31", OVERRIDE) from error
    for name, value in entries.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
            raise refusal("E31", name)
    return {name: float(value) for name, value in entries.items()}
