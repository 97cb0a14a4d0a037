"""View: what one panel shows. Pages render it, slides and sheets repeat it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters


@dataclass(frozen=True, slots=True)
class View:
    """A panel: the fact as a title, one sentence with numbers, the table, the figure (``None``: table only), notes.

    ``columns`` maps column names of ``table`` to what the reader sees; columns it lacks are not shown.
    """

    title: str
    sentence: str
    table: pd.DataFrame
    figure: go.Figure | None
    columns: dict[str, str]
    notes: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    alt: str = ""
