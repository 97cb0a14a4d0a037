"""Filters: what a view looks at, as one frozen value. Filters narrow the view, never the peer base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Filters:
    """Years and region codes to show; empty means all. ``own_level_only`` (仅本级): not what lies below a region."""

    years: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    own_level_only: bool = False

    def parameters(self) -> dict[str, Any]:
        """Named parameters of the table macro ``leaf_in_view``."""
        return {
            "years": list(self.years),
            "region_prefixes": [] if self.own_level_only else [prefix(code) for code in self.regions],
            "own_level_codes": list(self.regions) if self.own_level_only else [],
        }


def prefix(region_code: str) -> str:
    """A region code without its trailing zero pairs: 320100 -> 3201, 320115 stays, 320000 -> 32."""
    for end in (2, 4):
        if region_code[end:] == "0" * (6 - end):
            return region_code[:end]
    return region_code
