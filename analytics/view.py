"""View: what one panel shows. Pages render it, slides and sheets repeat it; nothing computes it a second time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters

Unit = Literal["%", "分", "个"]


def is_rate(column: str) -> bool:
    """Whether a column holds rates of 0 to 1, shown as percentages: ``rate`` or ``…_rate``."""
    return column == "rate" or column.endswith("_rate")


@dataclass(frozen=True, slots=True)
class Chart:
    """What a native chart needs to repeat the figure: which columns of the table, drawn how, in which unit.

    ``%`` columns hold rates of 0 to 1.
    """

    kind: Literal["bar", "column"]
    category: str
    values: tuple[str, ...]
    unit: Unit
    maximum: float | None = None


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
