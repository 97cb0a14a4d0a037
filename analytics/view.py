"""View: what one panel shows. Pages render it, slides and sheets repeat it; nothing computes it a second time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters

Unit = Literal["%", "分", "个", "万元"]
Kind = Literal["bar", "column", "line", "stacked", "scatter", "box"]
MOST_POINTS = 2_000
"""Points of a scatter that a figure or slide draws."""


def is_rate(column: str) -> bool:
    """Whether a column holds rates of 0 to 1, shown as percentages: ``rate`` or ``…_rate``."""
    return column == "rate" or column.endswith("_rate")


def evenly(df: pd.DataFrame, most: int = MOST_POINTS) -> pd.DataFrame:
    """At most ``most`` rows of a table, at even distances."""
    return df if len(df) <= most else df.iloc[[int(i * len(df) / most) for i in range(most)]]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a native chart needs to repeat the figure: which columns of the table, drawn how, in which unit.

    ``%`` columns hold rates of 0 to 1. ``stacked``: columns upon each other, those of ``values`` upon the invisible
    ``base``. ``scatter``: a point a row, ``across`` against the one column of ``values``. ``box``: ``values`` are lower
    quartile, low whisker, median, high whisker, upper quartile. ``names`` are the series' names where the table's
    headers are not, ``colours`` theirs where the palette's order is not meant.
    """

    kind: Kind
    category: str
    values: tuple[str, ...]
    unit: Unit
    maximum: float | None = None
    base: str | None = None
    across: str | None = None
    across_unit: Unit = "%"
    names: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A panel: the fact as a title, one sentence with numbers, the table, the figure (``None``: table only), notes.

    ``columns`` maps column names of ``table`` to what the reader sees; columns it lacks are not shown. ``chart`` says
    how an export draws the same data; without it an export shows the table.
    """

    title: str
    sentence: str
    table: pd.DataFrame
    figure: go.Figure | None
    columns: dict[str, str]
    notes: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    alt: str = ""
    chart: Chart | None = None

    @property
    def shown(self) -> list[str]:
        """Column names that the reader sees, in order."""
        return [c for c in self.columns if c in self.table.columns]
