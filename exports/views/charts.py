"""A View's Chart as a native PowerPoint chart: editable, with explicit colours and a workbook of text and numbers only.

Values are those of the table, never rounded or summed up; what a page draws is what stands in the chart's workbook.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import xlsxwriter
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from analytics.style import BLUE, GREEN, GREY, ORANGE, PURPLE
from analytics.view import MOST_POINTS, Chart, View, evenly
from exports.views.typeset import LINE, LINE_FACTOR, clean, cut_middle, ems, number, rgb, say, shown

CATEGORIES = 20
"""The most categories that one chart shows."""
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, GREY)
_CATEGORY_WIDTH, _UPRIGHT_WIDTH = 24, 14
_BAR_THICKNESS = 0.42
_FORMATS = {"%": "0.00%", "分": "0.00", "个": "0", "万元": "#,##0.00", "": "0.00"}
_KINDS = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "stacked": XL_CHART_TYPE.COLUMN_STACKED,
    "box": XL_CHART_TYPE.COLUMN_STACKED,
    "scatter": XL_CHART_TYPE.XY_SCATTER,
}
_STEPS = 5
Box = tuple[float, float, float, float]


def draw_chart(slide: Any, view: View, chart: Chart, box: Box) -> None:
    """Put the chart of a view into a box in inches (left, top, width, height)."""
    if chart.kind == "scatter":
        _scatter(slide, view, chart, box)
        return
    columns = ((chart.base,) if chart.base else ()) + chart.values
    numbers = [[number(value) for value in view.table[column].head(CATEGORIES)] for column in columns]
    names = _categories(view, chart, numbers)
    made: Any = _TextChartData
    data = made(number_format=_FORMATS[chart.unit])
    data.categories = names
    titles = (("",) if chart.base else ()) + series_names(view, chart)
    drawn_as = _stacked_box(titles, numbers) if chart.kind == "box" else zip(titles, numbers, strict=True)
    for title, values in drawn_as:
        data.add_series(title, values)
    frame = slide.shapes.add_chart(_KINDS[chart.kind], *(Inches(v) for v in box), data)
    describe(frame, "图", view)
    drawn = frame.chart
    size = 14 if len(names) <= 8 else 12 if len(names) <= 12 else 10 if len(names) <= 16 else 9
    drawn.font.size = Pt(size)
    drawn.has_title = False
    drawn.has_legend = len(chart.values) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.TOP
        drawn.legend.include_in_layout = False
        drawn.legend.font.size = Pt(min(size, 12))
    _axes(drawn, view, chart, numbers, size)
    _COLOURING[chart.kind](drawn, chart, numbers, size)
    _place(drawn, chart, names, box, size)


def series_names(view: View, chart: Chart) -> tuple[str, ...]:
    """What the legend calls the series."""
    return tuple(map(clean, chart.names or (view.columns.get(column, column) for column in chart.values)))


def series_colours(chart: Chart) -> tuple[str, ...]:
    return chart.colours or tuple(PALETTE[index % len(PALETTE)] for index in range(len(chart.values)))


def drawable(view: View, chart: Chart) -> bool:
    """Whether there is a value to draw."""
    if chart.kind == "scatter":
        return bool(len(dots(view, chart)))
    head = view.table.head(CATEGORIES)
    return any(number(value) is not None for column in chart.values for value in head[column])


def dots(view: View, chart: Chart) -> pd.DataFrame:
    """The rows of a scatter that have both values: name, x, y; at most ``MOST_POINTS``, evenly."""
    table = view.table
    found = pd.DataFrame({
        "name": [shown(value, chart.category) for value in table[chart.category]],
        "x": [number(value) for value in table[chart.across or ""]],
        "y": [number(value) for value in table[chart.values[0]]],
    })  # fmt: skip
    return evenly(found.dropna(subset=["x", "y"]), MOST_POINTS)


def _scatter(slide: Any, view: View, chart: Chart, box: Box) -> None:
    table = dots(view, chart)
    made: Any = _NamedPoints
    data = made(number_format=_FORMATS[chart.unit])
    data.names = list(table["name"])
    (title,) = series_names(view, chart)
    series = data.add_series(title)
    for x, y in zip(table["x"], table["y"], strict=True):
        series.add_data_point(float(x), float(y))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *(Inches(v) for v in box), data)
    describe(frame, "图", view)
    drawn = frame.chart
    drawn.font.size = Pt(12)
    drawn.has_title = drawn.has_legend = False
    across = clean(view.columns.get(chart.across or "", chart.across or ""))
    for axis, words, unit, values in (
        (drawn.category_axis, across, chart.across_unit, table["x"]),
        (drawn.value_axis, title, chart.unit, table["y"]),
    ):
        axis.has_major_gridlines = True
        axis.major_gridlines.format.line.color.rgb = rgb(LINE)
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        _scale(axis, list(values), unit)
        axis.tick_labels.font.color.rgb = rgb(GREY)
        axis.has_title = True
        say(axis.axis_title.text_frame.paragraphs[0], in_unit(words, unit), 12, GREY)
    only = drawn.plots[0].series[0]
    only.format.line.fill.background()
    _marker(only, XL_MARKER_STYLE.CIRCLE, 7 if len(table) < 300 else 4, series_colours(chart)[0])


def _marker(series: Any, style: Any, size: int, colour: str) -> None:
    series.marker.style, series.marker.size = style, size
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = rgb(colour)
    series.marker.format.line.color.rgb = rgb(colour)


def _bars(drawn: Any, chart: Chart, numbers: Sequence[Sequence[float | None]], size: int) -> None:
    plot = drawn.plots[0]
    _labels(plot, chart, XL_LABEL_POSITION.OUTSIDE_END)
    for series, colour in zip(plot.series, series_colours(chart), strict=True):
        _fill(series, colour)
    if chart.unit == "%" and chart.maximum is not None and len(numbers) == 1 and not chart.colours:
        for index, value in enumerate(numbers[0]):
            if value is not None and value < chart.maximum:
                _fill(plot.series[0].points[index], ORANGE)


def _stacked(drawn: Any, chart: Chart, numbers: Sequence[Sequence[float | None]], size: int) -> None:
    plot = drawn.plots[0]
    plot.overlap = 100
    series = list(plot.series)
    if chart.base:
        series[0].format.fill.background()
        series[0].format.line.fill.background()
        for one in series[1:]:
            _labels(one, chart, XL_LABEL_POSITION.CENTER)
            _on_white(one.data_labels)
        _hide_first_entry(drawn)
    else:
        _labels(plot, chart, XL_LABEL_POSITION.CENTER)
        plot.data_labels.font.color.rgb = rgb("#FFFFFF")
    for one, colour in zip(series[1 if chart.base else 0 :], series_colours(chart), strict=True):
        _fill(one, colour)


def _lines(drawn: Any, chart: Chart, numbers: Sequence[Sequence[float | None]], size: int) -> None:
    for index, (series, colour) in enumerate(zip(drawn.plots[0].series, series_colours(chart), strict=True)):
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = rgb(colour), Pt(2.5 if index == 0 else 2)
        _marker(series, XL_MARKER_STYLE.CIRCLE, 8, colour)
        if colour == series_colours(chart)[0]:
            _labels(series, chart, XL_LABEL_POSITION.ABOVE)


def _stacked_box(
    titles: Sequence[str], numbers: Sequence[Sequence[float | None]]
) -> list[tuple[str, list[float | None]]]:
    """A box as columns upon each other: up to the lower quartile (not seen), from there to the median, to the upper."""
    first, _, middle, _, third = numbers
    lower, upper = _apart(middle, first), _apart(third, middle)
    return [
        (titles[0], list(first)),
        (f"{titles[0]}至{titles[2]}", lower),
        (f"{titles[2]}至{titles[4]}", upper),
    ]


def _apart(high: Sequence[float | None], low: Sequence[float | None]) -> list[float | None]:
    return [None if a is None or b is None else round(a - b, 12) for a, b in zip(high, low, strict=True)]


def _boxes(drawn: Any, chart: Chart, numbers: Sequence[Sequence[float | None]], size: int) -> None:
    """Quartiles as two stacked columns that meet at the median, which is written there; whiskers as error bars."""
    first, low, middle, high, third = numbers
    plot = drawn.plots[0]
    plot.overlap, plot.gap_width = 100, 100
    base, lower, upper = plot.series
    base.format.fill.background()
    base.format.line.fill.background()
    _hide_first_entry(drawn)
    for series, opacity in ((lower, 55_000), (upper, 25_000)):
        _fill(series, BLUE)
        series.format.line.color.rgb, series.format.line.width = rgb(BLUE), Pt(1)
        solid = series.format.fill._xPr.find(qn("a:solidFill"))[0]
        solid.append(parse_xml(f'<a:alpha {nsdecls("a")} val="{opacity}"/>'))
    for place, value in enumerate(middle):
        if value is not None:
            label = lower.points[place].data_label
            say(label.text_frame.paragraphs[0], shown(value, "rate") if chart.unit == "%" else f"{value:,.2f}", size)
            label.position = XL_LABEL_POSITION.INSIDE_END
    _whiskers(base, "minus", _apart(first, low))
    _whiskers(upper, "plus", _apart(high, third))


def _whiskers(series: Any, side: str, lengths: Sequence[float | None]) -> None:
    """Error bars of a length each, on one side of a series."""
    known = [(place, length) for place, length in enumerate(lengths) if length is not None]
    points = "".join(f'<c:pt idx="{place}"><c:v>{length!r}</c:v></c:pt>' for place, length in known)
    numbers = f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(lengths)}"/>{points}</c:numLit>'
    line = f'<a:ln w="12700"><a:solidFill><a:srgbClr val="{BLUE.lstrip("#")}"/></a:solidFill></a:ln>'
    bars = (
        f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="{side}"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:{side}>{numbers}</c:{side}><c:spPr>{line}</c:spPr></c:errBars>"
    )
    series._element.find(qn("c:cat")).addprevious(parse_xml(bars))


def _hide_first_entry(drawn: Any) -> None:
    """Take the column that is not seen out of the legend."""
    if drawn.has_legend:
        hidden = f'<c:legendEntry {nsdecls("c")}><c:idx val="0"/><c:delete val="1"/></c:legendEntry>'
        drawn.legend._element.find(qn("c:legendPos")).addnext(parse_xml(hidden))


_COLOURING = {"bar": _bars, "column": _bars, "stacked": _stacked, "line": _lines, "box": _boxes}


def _labels(owner: Any, chart: Chart, position: Any) -> None:
    if hasattr(owner, "has_data_labels"):
        owner.has_data_labels = True
    labels = owner.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = _FORMATS[chart.unit], False
    labels.position = position


def _on_white(labels: Any) -> None:
    """Labels on white, to be read on a bar of any colour and height."""
    white = f'<c:spPr {nsdecls("c", "a")}><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></c:spPr>'
    labels._element.find(qn("c:numFmt")).addnext(parse_xml(white))


def _fill(shape: Any, colour: str) -> None:
    shape.format.fill.solid()
    shape.format.fill.fore_color.rgb = rgb(colour)


def _axes(drawn: Any, view: View, chart: Chart, numbers: Sequence[Sequence[float | None]], size: int) -> None:
    values = [v for series in numbers for v in series if v is not None]
    axis, categories = drawn.value_axis, drawn.category_axis
    if chart.kind == "stacked":
        values = [sum(v for v in stack if v is not None) for stack in zip(*numbers, strict=True)]
    if chart.kind not in ("line", "box"):
        values = [*values, 0.0]
    _scale(axis, values, chart.unit, chart.maximum)
    axis.tick_labels.font.size = Pt(min(size, 12))
    axis.tick_labels.font.color.rgb = rgb(GREY)
    axis.major_gridlines.format.line.color.rgb = rgb(LINE)
    axis.format.line.fill.background()
    axis.major_tick_mark = categories.major_tick_mark = XL_TICK_MARK.NONE
    name = series_names(view, chart)[0] if len(chart.values) == 1 else ""
    label = in_unit(name, chart.unit)
    axis.has_title = bool(label)
    if label:
        say(axis.axis_title.text_frame.paragraphs[0], label, min(size, 12), GREY)
    categories.tick_labels.font.size = Pt(size)
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    categories.format.line.color.rgb = rgb(GREY)
    if chart.kind == "bar":
        categories.reverse_order = True
        axis._element.find(qn("c:crosses")).set("val", "max")
    every = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>')
    categories._element.find(qn("c:noMultiLvlLbl")).addprevious(every)


def in_unit(name: str, unit: str) -> str:
    """What an axis is called: its name and the unit, where the numbers do not say it."""
    shown_unit = "" if unit == "%" else unit
    return f"{name}（{shown_unit}）" if name and shown_unit else name or shown_unit


def steps(low: float, high: float, whole: bool = False) -> list[float]:
    """Round values from at most ``low`` to at least ``high``, about five of them: where an axis has its lines."""
    rough = (high - low or abs(high) or 1.0) / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(n * power for n in (1, 2, 2.5, 5, 10) if n * power >= rough * 0.999)
    if whole:
        step = max(1.0, math.ceil(step))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [n * step for n in range(first, max(last, first + 1) + 1)]


def _scale(axis: Any, values: Sequence[float], unit: str, maximum: float | None = None) -> None:
    """The ends and lines of an axis, and how many decimals its numbers need to differ."""
    high = max(values) if maximum is None else max(maximum, *values)
    lines = steps(min(values), high, whole=unit == "个")
    step = lines[1] - lines[0]
    axis.minimum_scale, axis.major_unit = lines[0], step
    axis.maximum_scale = high if maximum is not None and high == maximum else lines[-1]
    shown_step = step * 100 if unit == "%" else step
    decimals = next(n for n in range(9) if n == 8 or math.isclose(round(shown_step, n), shown_step, rel_tol=1e-6))
    form = ("#,##0" if unit == "万元" else "0") + ("." + "0" * decimals if decimals else "")
    axis.tick_labels.number_format = form + ("%" if unit == "%" else "")
    axis.tick_labels.number_format_is_linked = False


def _place(drawn: Any, chart: Chart, names: Sequence[str], box: Box, size: int) -> None:
    """The plot area, so that names before the bars and labels behind the longest bar have room in every program."""
    _, _, width, height = box
    longest = max(ems(name) for name in names) * size / 72
    top = 0.45 if drawn.has_legend else 0.1
    if chart.kind == "bar":
        left, right, bottom = longest * 1.08 + 0.2, 6 * size / 72, 0.75
        pitch = (height - top - bottom) / len(names)
    else:
        right, top = 0.2, top + 0.25
        left = 0.45 + ems(f"{drawn.value_axis.maximum_scale:,.0f}") * min(size, 12) / 72 * 1.15
        left = max(left, 0.9)
        pitch = (width - left - right) / len(names)
        lines = math.ceil(longest * 1.1 / (pitch * 0.9))
        turned = lines > 2
        drawn.category_axis._element.get_or_add_txPr().bodyPr.set("rot", "-2700000" if turned else "0")
        bottom = 0.2 + (longest * 0.75 + 0.2 if turned else lines * size * LINE_FACTOR / 72)
        bottom = min(bottom, height * 0.5)
    if chart.kind in ("bar", "column"):
        _thickness(drawn, chart, pitch, size)
    elif chart.kind == "stacked":
        drawn.plots[0].gap_width = 60
    share = {
        "x": left / width,
        "y": top / height,
        "w": (width - left - right) / width,
        "h": (height - top - bottom) / height,
    }
    layout = "".join(f'<c:{key} val="{value:.4f}"/>' for key, value in share.items())
    area = drawn._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    modes = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    area.insert(0, parse_xml(f"<c:layout {nsdecls('c')}><c:manualLayout>{modes}{layout}</c:manualLayout></c:layout>"))


def _thickness(drawn: Any, chart: Chart, pitch: float, size: int) -> None:
    """Bars of the same thickness whatever their number, labels as large as fits beside them."""
    thickness = min(_BAR_THICKNESS * (1 if chart.kind == "bar" else 2) * len(chart.values), pitch / 1.3)
    drawn.plots[0].gap_width = min(500, round((pitch / thickness - 1) * 100 * len(chart.values)))
    slot = thickness / len(chart.values) * 72
    fitting = slot / 1.1 if chart.kind == "bar" else slot / 0.58 / 5
    labels = drawn.plots[0].data_labels
    labels.font.size = Pt(min(size, max(8, int(fitting))))
    if chart.kind == "column" and fitting < 9:
        labels._element.get_or_add_txPr().bodyPr.set("rot", "-5400000")


def _categories(view: View, chart: Chart, numbers: Sequence[Sequence[float | None]]) -> list[str]:
    """The names of the bars: cut, with the year where a name stands twice, marked where there is nothing to draw."""
    table = view.table.head(CATEGORIES)
    names = [shown(value, chart.category) for value in table[chart.category]]
    years = table["fiscal_year"].tolist() if "fiscal_year" in table else []
    told = len(set(names)) < len(set(zip(names, years, strict=False)))
    found = []
    for index, name in enumerate(names):
        year = f" {years[index]}" if told else ""
        nothing = "" if any(series[index] is not None for series in numbers) else "（无数据）"
        found.append(cut_middle(name, _CATEGORY_WIDTH if chart.kind == "bar" else _UPRIGHT_WIDTH) + year + nothing)
    return found


class _TextChartData(CategoryChartData):
    """Chart data whose workbook holds names as text, whatever they start with, also after a cell is edited."""

    @property
    def xlsx_blob(self) -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet("Sheet1")
        text = book.add_format({"quote_prefix": True})
        sheet.set_column(0, 0, _CATEGORY_WIDTH * 2)
        for row, category in enumerate(self.categories, start=1):
            sheet.write_string(row, 0, str(category.label), text)
        for column, series in enumerate(self, start=1):
            number = book.add_format({"num_format": series.number_format})
            sheet.write_string(0, column, series.name, text)
            for row, value in enumerate(series.values, start=1):
                if value is not None:
                    sheet.write_number(row, column, value, number)
        book.close()
        return out.getvalue()


class _NamedPoints(XyChartData):
    """Points whose workbook holds x, y and, beside them, the name of each as text."""

    names: Sequence[str] = ()

    @property
    def xlsx_blob(self) -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet("Sheet1")
        text = book.add_format({"quote_prefix": True})
        sheet.set_column(2, 2, _CATEGORY_WIDTH * 2)
        for series in self:
            sheet.write_string(0, 1, series.name, text)
            for row, (x, y, name) in enumerate(zip(series.x_values, series.y_values, self.names, strict=True), start=1):
                sheet.write_number(row, 0, x)
                sheet.write_number(row, 1, y)
                sheet.write_string(row, 2, name, text)
        book.close()
        return out.getvalue()


def describe(frame: Any, name: str, view: View) -> None:
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(view.alt or f"{view.title}。{view.sentence}"))
