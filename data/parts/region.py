"""The region a name or a title begins with."""

from __future__ import annotations

import re

from data.normalise import simple
from data.vocabulary import Vocabulary


def region_of(name: str, vocabulary: Vocabulary, context: str = "") -> str | None:
    """GB/T 2260 code of the region a name starts with; the longest form wins.

    A form that several regions share (鼓楼区) needs one of their cities in ``context``; otherwise ``None``.
    """
    whole = simple(name)
    for length in range(min(len(whole), 24), 1, -1):
        codes = vocabulary.region_names.get(whole[:length])
        if not codes:
            continue
        if len(codes) == 1:
            return next(iter(codes))
        fitting = [c for c in codes if _parent_in(c, context, vocabulary)]
        return fitting[0] if len(fitting) == 1 else None
    return None


def _parent_in(code: str, context: str, vocabulary: Vocabulary) -> bool:
    for parent in (code[:4] + "00", code[:2] + "0000"):
        region = vocabulary.regions_by_code.get(parent)
        if parent != code and region is not None and region.name in context:
            return True
    return False


def region_in_titles(titles: tuple[str, ...], vocabulary: Vocabulary) -> str | None:
    """The region a title begins with (江宁区部门整体…), after a leading year."""
    found = {
        code
        for title in titles
        if (code := region_of(re.sub(r"^\d{4}年度?", "", title), vocabulary, "".join(titles))) is not None
    }
    return found.pop() if len(found) == 1 else None
