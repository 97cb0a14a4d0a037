"""What may leave: units marked 涉密 never do, and with 脱敏 no name of a unit, place or file does.

``cleared`` narrows filters, so that every table made with them holds no such unit. ``Names`` replaces names in text,
tables and views; a name has the same replacement throughout a data version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import duckdb
import pandas as pd

from analytics.filters import Filters
from analytics.view import View
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
_NOBODY = ("涉密",)
"""Units of a view from which every unit was taken: an id that no unit has."""


def classified(cursor: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The ids of units that the 应报名单 of any year marks as 涉密."""
    return tuple(unit for (unit,) in cursor.execute(named(_SQL)["classified"]).fetchall())


def classified_documents(cursor: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The ids of received files that hold a report of such a unit."""
    found = cursor.execute(named(_SQL)["classified_documents"], {"hidden": list(classified(cursor))})
    return tuple(document for (document,) in found.fetchall())


def cleared(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> Filters:
    """The filters without units marked as 涉密."""
    hidden = set(classified(cursor))
    if not hidden:
        return filters
    shown = filters.units or tuple(unit for (unit,) in cursor.execute(named(_SQL)["units"]).fetchall())
    return replace(filters, units=tuple(unit for unit in shown if unit not in hidden) or _NOBODY)


@dataclass(frozen=True)
class Names:
    """Names and what stands for each: 单位001, 部门01, 区划01, 文件001. Without names nothing is replaced."""

    replacements: Mapping[str, str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The longest name at a place wins; names are told apart by their first character."""
        by_first: dict[str, list[str]] = {}
        for name in sorted(self.replacements, key=len, reverse=True):
            by_first.setdefault(name[0], []).append(re.escape(name[1:]))
        return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items()))

    def text(self, words: str) -> str:
        """Words in which every name is replaced."""
        if not self.replacements:
            return words
        return self._pattern.sub(lambda found: self.replacements[found[0]], words)

    def found_in(self, words: str) -> bool:
        """Whether one of the names stands in the words."""
        return bool(self.replacements and self._pattern.search(words))

    def without(self, name: str) -> Names:
        """The same, but for a name and all others of the same unit."""
        stands = self.replacements.get(name)
        return Names({other: what for other, what in self.replacements.items() if what != stands})

    def table(self, df: pd.DataFrame) -> pd.DataFrame:
        """A table whose texts are so replaced."""
        if not self.replacements:
            return df
        texts = [name for name in df.columns if df[name].dtype == object or isinstance(df[name].dtype, pd.StringDtype)]
        return df.assign(**{n: df[n].map(lambda v: self.text(v) if isinstance(v, str) else v) for n in texts})

    def view(self, view: View) -> View:
        """A view whose words and table are so replaced; its figure, which would still name them, is left out."""
        if not self.replacements:
            return view
        return replace(
            view,
            title=self.text(view.title),
            sentence=self.text(view.sentence),
            table=self.table(view.table),
            figure=None,
            columns={column: self.text(head) for column, head in view.columns.items()},
            notes=tuple(map(self.text, view.notes)),
            alt=self.text(view.alt),
        )


AS_PRINTED = Names({})
"""Replaces nothing."""


def names(cursor: duckdb.DuckDBPyConnection) -> Names:
    """The names of units, departments, places and files of a version, with what stands for each."""
    return Names(dict(cursor.execute(named(_SQL)["names"]).fetchall()))
