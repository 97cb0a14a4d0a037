"""A View's Chart as inline SVG for the printed page: the kinds of ``charts``, without script, style sheet or font.

Values are those of the table. Text is escaped and measured in ems, so that names and numbers keep clear of each other
in whatever Chinese font the reader has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from analytics.style import BLUE, GREY, ORANGE, percent
from analytics.view import Chart, View
from exports.views.charts import dots, in_unit, series_colours, series_names, steps
from exports.views.typeset import LINE, clean, cut_middle, ems, number, shown

MOST, MOST_BARS = 40, 24
"""The most categories that one drawing shows, upright and as lying bars: a page across has no room for more."""
_TALL = 460.0
"""The height from which on a drawing needs a page of its own."""
_WIDTH = 1000.0
_SIZE = 13.0
_LINE_HEIGHT = 1.35
_BAR, _GAP = 20.0, 12.0
_HEIGHT = 340.0
_NAME_EMS, _COLUMN_EMS = 26, 14
_ABOVE, _RIGHT = 26.0, 24.0

Number = float | None
Series = Sequence[Sequence[Number]]
Range = tuple[float, float]
Height = Callable[[float], float]
"""Where a value stands above the bottom."""


def svg(view: View, chart: Chart) -> str:
    """The drawing as an ``svg`` element as wide as its page; what it has no room for is said by ``left_out``."""
    if chart.kind == "scatter":
        parts, height = _scatter(view, chart)
    elif chart.kind == "bar":
        parts, height = _bars(view, chart)
    else:
        parts, height = _upright(view, chart)
    tall = ' class="tall"' if height > _TALL else ""
    named = quoteattr(clean(view.alt or view.title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:.0f}" font-size="{_SIZE:g}" '
        f'role="img" aria-label={named}{tall}>{"".join(parts)}</svg>'
    )


def left_out(view: View, chart: Chart) -> int:
    """How many rows of the table the drawing leaves out."""
    return 0 if chart.kind == "scatter" else max(0, len(view.table) - _most(chart))


def _most(chart: Chart) -> int:
    return MOST_BARS if chart.kind == "bar" else MOST


def _names(view: View, chart: Chart) -> list[str]:
    """Names of the categories, with the year where a name stands twice."""
    table = view.table.head(_most(chart))
    names = [shown(value, chart.category) for value in table[chart.category]]
    years = [str(year) for year in table["fiscal_year"]] if "fiscal_year" in table else []
    told = len(set(names)) < len(set(zip(names, years, strict=False)))
    return [f"{name} {year}" for name, year in zip(names, years, strict=True)] if told else names


def _series(view: View, chart: Chart, columns: Sequence[str]) -> list[list[Number]]:
    return [[number(value) for value in view.table[column].head(_most(chart))] for column in columns]


def _bars(view: View, chart: Chart) -> tuple[list[str], float]:
    """Lying bars, the name before and the value behind each."""
    names = [cut_middle(name, _NAME_EMS) for name in _names(view, chart)]
    series, colours = _series(view, chart, chart.values), series_colours(chart)
    left = max(map(ems, names)) * _SIZE + 12
    low, high = _range(series, chart, zero=True)
    right = max(ems(_said(v, chart)) for values in series for v in values) * _SIZE + 10
    scale = (_WIDTH - left - right) / (high - low)
    legend = _legend(view, chart)
    parts, y = list(legend), 24.0 if legend else 6.0
    for place, name in enumerate(names):
        middle = y + _BAR * len(series) / 2
        parts.append(_text(left - 8, middle, name, anchor="end"))
        for values, colour in zip(series, colours, strict=True):
            value = values[place]
            if value is None:
                parts.append(_text(left + 4, y + _BAR / 2, "（无数据）", GREY))
            else:
                paint = _orange_below(value, chart, len(series)) or colour
                start, end = sorted((left + (0 - low) * scale, left + (value - low) * scale))
                parts.append(_rect(start, y + 1, max(end - start, 0.5), _BAR - 2, paint))
                parts.append(_text(max(start, end) + 5, y + _BAR / 2, _said(value, chart)))
            y += _BAR
        y += _GAP
    parts.append(_line(left - low * scale, 0, left - low * scale, y, GREY))
    return parts, y + 4


def _upright(view: View, chart: Chart) -> tuple[list[str], float]:
    """Columns, lines, stacks and boxes over names; a value axis at the left."""
    names = [cut_middle(name, _COLUMN_EMS) for name in _names(view, chart)]
    columns = ((chart.base,) if chart.base else ()) + chart.values
    series = _series(view, chart, columns)
    low, high = _range(_sums(series) if chart.kind == "stacked" else series, chart, chart.kind in ("column", "stacked"))
    ticks = steps(low, high, whole=chart.unit == "个")
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    left = max(ems(_tick(tick, chart)) for tick in ticks) * _SIZE + 12
    pitch = (_WIDTH - left - _RIGHT) / len(names)
    turned = max(map(ems, names)) * _SIZE > pitch * 0.95
    below = (max(map(ems, names)) * _SIZE * 0.72 + 16) if turned else _SIZE * 2
    legend = _legend(view, chart)
    top = _ABOVE + (20 if legend else 0)
    bottom = top + _HEIGHT

    def y(value: float) -> float:
        return bottom - (value - low) * _HEIGHT / (high - low)

    parts = list(legend)
    for tick in ticks:
        parts.append(_line(left, y(tick), _WIDTH - _RIGHT, y(tick), LINE))
        parts.append(_text(left - 6, y(tick), _tick(tick, chart), GREY, anchor="end"))
    name = series_names(view, chart)[0] if len(chart.values) == 1 else ""
    parts.append(_text(0, top - 16, in_unit(name, chart.unit), GREY))
    middles = [left + pitch * (place + 0.5) for place in range(len(names))]
    for middle, words in zip(middles, names, strict=True):
        turn = f' transform="rotate(-40 {middle:.1f} {bottom + 10:.1f})"' if turned else ""
        parts.append(_text(middle, bottom + 14, words, anchor="end" if turned else "middle", more=turn))
    draw = {"column": _columns, "line": _lines, "stacked": _stacked, "box": _boxes}[chart.kind]
    parts += draw(chart, series, middles, pitch, y)
    parts.append(_line(left, y(max(low, 0.0)), _WIDTH - _RIGHT, y(max(low, 0.0)), GREY))
    return parts, bottom + below


def _columns(chart: Chart, series: Series, middles: Sequence[float], pitch: float, y: Height) -> Iterator[str]:
    width = min(pitch * 0.7, 60.0 * len(series)) / len(series)
    size = min(_SIZE, width / 0.58 / max(ems(_said(v, chart)) for values in series for v in values) * 0.95 + 1)
    for number_of, (values, colour) in enumerate(zip(series, series_colours(chart), strict=True)):
        for middle, value in zip(middles, values, strict=True):
            if value is None:
                continue
            x = middle + (number_of - len(series) / 2) * width
            top, end = sorted((y(value), y(0.0)))
            yield _rect(x + 1, top, width - 2, max(end - top, 0.5), _orange_below(value, chart, len(series)) or colour)
            yield _text(x + width / 2, top - 8, _said(value, chart), anchor="middle", size=max(size, 7))


def _lines(chart: Chart, series: Series, middles: Sequence[float], pitch: float, y: Height) -> Iterator[str]:
    colours = series_colours(chart)
    for values, colour in zip(series, colours, strict=True):
        points = [(x, None if v is None else y(v), v) for x, v in zip(middles, values, strict=True)]
        for before, after in pairwise(points):
            if before[1] is not None and after[1] is not None:
                yield _line(before[0], before[1], after[0], after[1], colour, 2.5)
        for x, at, value in points:
            if at is not None:
                yield f'<circle cx="{x:.1f}" cy="{at:.1f}" r="4" fill="{colour}"/>'
                if colour == colours[0]:
                    yield _text(x, at - 12, _said(value, chart), anchor="middle")


def _stacked(chart: Chart, series: Series, middles: Sequence[float], pitch: float, y: Height) -> Iterator[str]:
    width = min(pitch * 0.6, 90.0)
    colours = (("none",) if chart.base else ()) + series_colours(chart)
    for place, middle in enumerate(middles):
        reached = 0.0
        for values, colour in zip(series, colours, strict=True):
            value = values[place]
            if not value:
                continue
            if colour != "none":
                yield _rect(middle - width / 2, y(reached + value), width, y(reached) - y(reached + value), colour)
                if chart.base:
                    yield _text(middle, y(reached + value) - 9, _said(value, chart), anchor="middle")
                elif y(reached) - y(reached + value) > _SIZE:
                    half = (y(reached) + y(reached + value)) / 2
                    yield _text(middle, half, _said(value, chart), "#FFFFFF", anchor="middle")
            reached += value


def _boxes(chart: Chart, series: Series, middles: Sequence[float], pitch: float, y: Height) -> Iterator[str]:
    """Quartiles as a box, whiskers and the median, whose value stands beside it."""
    width = min(pitch * 0.4, 60.0)
    for place, x in enumerate(middles):
        known = [v for values in series if (v := values[place]) is not None]
        if len(known) < len(series):
            continue
        first, low, middle, high, third = known
        yield _line(x, y(low), x, y(high), BLUE, 1.5)
        for end in (low, high):
            yield _line(x - width / 4, y(end), x + width / 4, y(end), BLUE, 1.5)
        yield (
            f'<rect x="{x - width / 2:.1f}" y="{y(third):.1f}" width="{width:.1f}" '
            f'height="{max(y(first) - y(third), 0.5):.1f}" fill="{BLUE}" fill-opacity="0.3" stroke="{BLUE}"/>'
        )
        yield _line(x - width / 2, y(middle), x + width / 2, y(middle), ORANGE, 3)
        yield _text(x + width / 2 + 4, y(middle), _said(middle, chart))


def _scatter(view: View, chart: Chart) -> tuple[list[str], float]:
    table = dots(view, chart)
    across = clean(view.columns.get(chart.across or "", chart.across or ""))
    (up,) = series_names(view, chart)
    flat = Chart("scatter", chart.category, (), chart.across_unit)
    xs, ys = list(table["x"]), list(table["y"])
    x_ticks, y_ticks = steps(min(xs), max(xs)), steps(min(ys), max(ys))
    left = max(ems(_tick(tick, chart)) for tick in y_ticks) * _SIZE + 12
    top, bottom, right = _ABOVE, _ABOVE + _HEIGHT, _WIDTH - _RIGHT - 20

    def x(value: float) -> float:
        return left + (value - x_ticks[0]) * (right - left) / (x_ticks[-1] - x_ticks[0])

    def y(value: float) -> float:
        return bottom - (value - y_ticks[0]) * _HEIGHT / (y_ticks[-1] - y_ticks[0])

    parts = [_text(0, top - 16, in_unit(up, chart.unit), GREY)]
    for tick in y_ticks:
        parts += [_line(left, y(tick), right, y(tick), LINE), _text(left - 6, y(tick), _tick(tick, chart), GREY, "end")]
    for tick in x_ticks:
        parts += [
            _line(x(tick), top, x(tick), bottom, LINE),
            _text(x(tick), bottom + 14, _tick(tick, flat), GREY, "middle"),
        ]
    parts.append(_text((left + right) / 2, bottom + 34, in_unit(across, chart.across_unit), GREY, "middle"))
    (colour,) = series_colours(chart)[:1]
    for one, other in zip(xs, ys, strict=True):
        parts.append(f'<circle cx="{x(one):.1f}" cy="{y(other):.1f}" r="4" fill="{colour}" fill-opacity="0.6"/>')
    return parts, bottom + 46


def _sums(series: Series) -> list[list[Number]]:
    return [[sum(v for v in values if v is not None) for values in zip(*series, strict=True)]]


def _range(series: Series, chart: Chart, zero: bool) -> Range:
    known = [v for values in series for v in values if v is not None]
    low, high = min(known), max(known)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if chart.maximum is not None:
        high = max(high, chart.maximum)
    return (low, high) if high > low else (low - 0.5 if not zero else low, high + 0.5)


def _tick(value: float, chart: Chart) -> str:
    if chart.unit == "%":
        return f"{value * 100:.10g}%"
    return f"{value:,.10g}"


def _said(value: Number, chart: Chart) -> str:
    """A value as the reader sees it beside its bar."""
    if value is None:
        return "（无数据）"
    if chart.unit == "%":
        return percent(value)
    return f"{value:g}" if chart.unit == "个" else f"{value:,.2f}"


def _orange_below(value: float, chart: Chart, series: int) -> str:
    """As in the native chart: rates short of their maximum are marked."""
    rates = chart.unit == "%" and chart.maximum is not None and series == 1 and not chart.colours
    marked = rates and value < (chart.maximum or 0)
    return ORANGE if marked else ""


def _legend(view: View, chart: Chart) -> list[str]:
    if len(chart.values) < 2 or chart.kind == "box":
        return []
    parts, x = [], 0.0
    for name, colour in zip(series_names(view, chart), series_colours(chart), strict=True):
        parts += [_rect(x, 2, 12, 12, colour), _text(x + 17, 8, name)]
        x += 17 + ems(name) * _SIZE + 18
    return parts


def _text(
    x: float, y: float, words: str, colour: str = "#1B2430", anchor: str = "start", size: float = 0, more: str = ""
) -> str:
    """Words whose middle stands at ``y``."""
    large = f' font-size="{size:.1f}"' if size and size != _SIZE else ""
    return (
        f'<text x="{x:.1f}" y="{y + (size or _SIZE) * 0.36:.1f}" fill="{colour}" text-anchor="{anchor}"{large}{more}>'
        f"{escape(clean(words))}</text>"
    )


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, width: float = 1) -> str:
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"/>'
