"""View: what one panel shows. Pages render it, slides and sheets repeat it; nothing computes it a second time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, field, is_dataclass, replace
from functools import wraps
from inspect import signature
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters

Unit = Literal["%", "分", "个", "万元", ""]
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
    """What a native chart needs to repeat the figure: which columns of the table, drawn how, in which unit ("": none).

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
class Made:
    """How a View was made: the view function (``overview.bands_view``), the filters, and what else was chosen.

    Enough to make it again from any version (``exports/report/remade.py``), small enough for a session to keep.
    """

    by: str
    filters: Filters
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A panel: the fact as a title, one sentence with numbers, the table, the figure (``None``: table only), notes.

    ``columns`` maps column names of ``table`` to what the reader sees; columns it lacks are not shown. ``chart`` says
    how an export draws the same data; without it an export shows the table. ``made`` says how to make it again.
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
    made: Made | None = None

    @property
    def shown(self) -> list[str]:
        """Column names that the reader sees, in order."""
        return [c for c in self.columns if c in self.table.columns]

    def choosing(self, **choices: Any) -> View:
        """The same View, made with choices that its view function is not given, such as the id of a unit."""
        if self.made is None:
            return self
        return replace(self, made=replace(self.made, choices=tuple((dict(self.made.choices) | choices).items())))


Making = Callable[..., View]


def remakable(*choices: str) -> Callable[[Making], Making]:
    """A view function whose Views say how they were made: by its name, their filters, and its arguments of these
    names. Of a value with a ``code`` the code is kept, of another dataclass its values."""

    def decorated(function: Making) -> Making:
        name = f"{function.__module__.removeprefix('analytics.')}.{function.__name__}"
        parameters = signature(function)

        @wraps(function)
        def made(*args: Any, **more: Any) -> View:
            view = function(*args, **more)
            given = parameters.bind(*args, **more).arguments
            before = dict(view.made.choices) if view.made is not None else {}
            chosen = before | {key: _plain(given[key]) for key in choices if key in given}
            return replace(view, made=Made(name, view.filters, tuple(chosen.items())))

        return made

    return decorated


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return value.code if hasattr(value, "code") else astuple(value)
    return value
