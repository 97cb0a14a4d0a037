"""待补录表: a workbook to complete by hand what was refused or doubtful, prefilled with what was read.

Layout and reading back are in ``data/byhand/sheet.py``. Cells hold text and numbers only: no formula, no link; a
missing score stays empty, also where it was proved.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from analytics.filters import Filters
from data.byhand import sheet
from data.codes import refusal
from data.door import sandbox
from data.door.intake import receive
from data.parse import Given
from data.statements import named
from data.submission import Adjustment, Identity, Leaf, Problem, Reading, Submission
from data.units import identity
from data.warehouse import Warehouse
from exports.anonymous import Names, classified, cleared
from exports.edition import INTERNAL, naming
from exports.names import file_name

_SQL = Path(__file__).with_suffix(".sql")
_LONGEST_CELL = 32_767
_LONGEST_PART = 24
_SPARE_ROWS, _BLANK_ROWS = 20, 60
_A3 = 8
_LINE_HEIGHT, _LINE_CHARACTERS = 15, 24
_SEVERITIES = {"error": "须确认", "warning": "待核", "info": "提示"}
_LEAF = {
    sheet.KIND: "kind", sheet.LEVEL1: "level1", sheet.LEVEL2: "level2", sheet.LEVEL3: "level3",
    sheet.WEIGHT: "weight", sheet.SCORE: "score", "年度指标值": "target_text", "完成值": "value_text",
    sheet.RULE: "rule_text", "指标方向": "direction", "计量单位": "value_unit", "偏差原因": "deviation_reason",
    "指标说明": "definition_text", sheet.WHERE: "place",
}  # fmt: skip
"""Column -> what it is prefilled with."""
_IDENTITY = ("填报单位", "年度", "表类", "项目名称")
_FIELD_OF = {"TOTAL_": "总计", "YEAR_": "年度", "REGION_": "区划代码"}
_COLUMNS_OF = {
    "SCORE_": (sheet.SCORE,),
    "WEIGHT_": (sheet.WEIGHT,),
    "NAME_": (sheet.LEVEL3,),
    "LEVEL1_": (sheet.LEVEL1,),
    "LEVEL2_": (sheet.LEVEL2,),
    "LABEL_": (sheet.LEVEL1, sheet.LEVEL2),
    "ROW_": (sheet.WEIGHT, sheet.SCORE),
}
"""Where a doubt is marked: beginning of its code -> field above the table, or columns of its row."""
_WIDTHS = {
    sheet.KIND: 14, sheet.LEVEL1: 24, sheet.LEVEL2: 18, sheet.LEVEL3: 28, sheet.WEIGHT: 8, sheet.SCORE: 8,
    sheet.DOUBT: 44, sheet.RULE: 44, sheet.WHERE: 36, "年度指标值": 16, "完成值": 16,
}  # fmt: skip
_TOLD = (
    "本表用于补录系统未能读出或存疑的自评价报告。请对照原件填写“待补录表”，保存为 xlsx 后在“数据入库”页提交。",
    "黄色单元格须填写：填报人、日期，以及尚未读出的单位、年度等。",
    "橙色单元格存疑：原因见右侧说明和“存疑清单”。核对原件后改正；无误则保留。",
    "灰色单元格不可改动：文件编号和报告编号用于对应原报告。",
    "原件未印的内容请留空，不要推算；系统按与自动读取相同的规则核对合计，空白得分只在合计能唯一确定时推定。",
    "“类别”为指标、加分、减分或预算执行；后三类的名称写在“三级指标”一列，上限（预算执行为权重）写在“权重”一列。",
    "每行均须写明一级、二级、三级指标，不用合并单元格；权重和得分只填数字；不用公式。",
    "补录的数据记为“人工补录”，与自动读取的结果并存，原件和本表均保留备查。",
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a cell is marked: a problem of the catalogue, or the reason a document was refused."""

    severity: str
    code: str
    message: str
    place: str
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table: its cells by column, its place in the original, the leaf's ordinal."""

    cells: Mapping[str, Any]
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    name: str
    fields: Mapping[str, Any]
    open_fields: frozenset[str]
    lines: Sequence[_Line] = ()
    doubts: Sequence[Doubt] = field(default=())


def of_report(cursor: duckdb.DuckDBPyConnection, report_id: str) -> tuple[str, bytes]:
    """File name and content of the 待补录表 of a current report. Raises ``Refusal`` E32 if there is none, E49 if its
    unit is marked 涉密."""
    found = cursor.execute(named(_SQL)["report"], {"report_id": report_id}).fetchone()
    if found is None:
        raise refusal("E32", report_id)
    _, document_id, unit, region, year, form, subject, total, grade, report_key, unit_id = found
    if unit_id in classified(cursor):
        raise refusal("E49")
    fields = {
        "文件编号": document_id, "报告编号": report_id, "填报单位": unit, "区划代码": region, "年度": year,
        "表类": form, "项目名称": subject, "总计": total, "等级": grade,
    }  # fmt: skip
    lines = [_line(row, row["ordinal"]) for row in _rows(cursor, "leaves", report_key=report_key)]
    lines += [_line(row) for row in _rows(cursor, "adjustments", report_id=report_id)]
    problems = cursor.execute(named(_SQL)["problems"], {"report_id": report_id}).fetchall()
    doubts = [Doubt(severity, code, said, place or "", at) for severity, code, said, place, at in problems]
    fixed = {"文件编号", "报告编号", *_IDENTITY, *(["区划代码"] if region else [])}
    name = report_file_name(unit, year, subject, report_id)
    hidden = naming(cursor, Filters(), INTERNAL)
    return name, _workbook(_Draft(name, fields, frozenset(sheet.FIELDS) - fixed, lines, doubts), hidden)


def report_file_name(unit: str, fiscal_year: int, subject: str, report_id: str) -> str:
    return _file_name(unit, str(fiscal_year), subject, report_id)


def of_refused(warehouse: Warehouse, cursor: duckdb.DuckDBPyConnection, document_id: str) -> list[tuple[str, bytes]]:
    """The 待补录表 of a refused document: one a unit that can be told, else one with nothing but the document; none
    of a unit marked 涉密.

    The original is read again in a child process, this time keeping what is there of unit, year, rows.
    """
    found = cursor.execute(named(_SQL)["refused_document"], {"document_id": document_id}).fetchone()
    if found is None:
        raise refusal("E32", document_id[:8])
    _, name, code, reason = found
    content = warehouse.original(document_id)
    reply = sandbox.read(receive(content, name), Given(drafting=True)) if content is not None else None
    reading = (reply.reading if reply is not None else None) or Reading(())
    why = Doubt("error", code, reason, "")
    drafts = [
        _drafted(s, document_id, name, why)
        for s in reading.submissions
        if not cursor.execute(named(_SQL)["loaded"], {"report_id": identity.of_submission(s)}).fetchone()
    ]
    drafts = drafts or [_blank(document_id, name, why, told) for told in reading.prose or (None,)]
    hidden = naming(cursor, Filters(), INTERNAL)
    shown = [draft for draft in drafts if not hidden.found_in(f"{draft.fields.get('填报单位')} {draft.name} {name}")]
    return [(draft.name, _workbook(draft, hidden)) for draft in shown]


def every(
    warehouse: Warehouse, cursor: duckdb.DuckDBPyConnection, filters: Filters | None = None
) -> Iterator[tuple[str, bytes]]:
    """Each 待补录表 there is to fill in: of doubtful reports within the filters and of refused documents, none of units
    marked 涉密."""
    rows = cursor.execute(named(_SQL)["doubtful"], cleared(cursor, filters or Filters()).parameters()).fetchall()
    for (report_id,) in rows:
        yield of_report(cursor, report_id)
    for document_id, *_ in cursor.execute(named(_SQL)["refused"]).fetchall():
        yield from of_refused(warehouse, cursor, document_id)


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The files as one zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, one in files:
            archive.writestr(name, one)
    return content.getvalue()


def _rows(cursor: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Rows of a query by column name."""
    found = cursor.execute(named(_SQL)[name], parameters)
    columns = [d[0] for d in found.description or []]
    yield from (dict(zip(columns, row, strict=True)) for row in found.fetchall())


def _line(values: Mapping[str, Any], ordinal: int | None = None) -> _Line:
    cells = {column: values.get(attribute) for column, attribute in _LEAF.items()}
    return _Line(cells | {sheet.KIND: values.get("kind", sheet.LEAF)}, ordinal)


def _drafted(s: Submission, document_id: str, document: str, why: Doubt) -> _Draft:
    """A draft from what was read of a refused unit."""

    def at(value: Leaf | Adjustment) -> str:
        return f"{document} {value.place.words}"

    fields = {"文件编号": document_id, "总计": s.stated_total, "等级": s.grade} | _identified(s)
    lines = [
        _line({n: getattr(x, n) for n in _LEAF.values() if n not in ("kind", "place")} | {"place": at(x)}, x.ordinal)
        for x in s.leaves
    ]
    lines += [
        _line(
            {
                "kind": a.kind,
                "level3": a.label,
                "weight": a.cap,
                "score": a.score,
                "rule_text": a.rule_text,
                "place": at(a),
            }
        )
        for a in s.adjustments
    ]
    name = _refused_name(s, document, document_id)
    doubts = [why, *(_doubt(p, document) for p in s.problems)]
    return _Draft(name, fields, frozenset(sheet.FIELDS[2:]), lines, doubts)


def _doubt(p: Problem, document: str) -> Doubt:
    return Doubt(p.severity, p.code, p.message, f"{document} {p.place.words}" if p.place else "", p.leaf)


def _blank(document_id: str, document: str, why: Doubt, told: Identity | None) -> _Draft:
    """A draft without a table; ``told`` is what the document's prose says of its report."""
    fields = {"文件编号": document_id}
    if told is not None:
        fields |= _identified(told)
    return _Draft(_refused_name(told, document, document_id), fields, frozenset(sheet.FIELDS[2:]), (), (why,))


def _identified(told: Identity | Submission) -> dict[str, Any]:
    """The fields that say which report it is."""
    return {
        "填报单位": told.unit, "区划代码": told.region_code, "年度": told.fiscal_year or None, "表类": told.form,
        "项目名称": told.subject,
    }  # fmt: skip


def _refused_name(told: Identity | Submission | None, document: str, document_id: str) -> str:
    if told is None:
        return _file_name(document.rpartition("/")[2].rpartition(".")[0] or document, "", "", document_id[:8])
    return _file_name(told.unit, str(told.fiscal_year or "年度未知"), told.subject, document_id[:8])


def _file_name(unit: str, year: str, subject: str, number: str) -> str:
    """A name that keeps its number, so that no two are the same, whatever the unit is called."""
    parts = ("待补录表", unit[:_LONGEST_PART], year, subject[:_LONGEST_PART], number)
    return f"{file_name(*filter(None, parts))}.xlsx"


def _workbook(draft: _Draft, names: Names) -> bytes:
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(content, options)
    try:
        _Pen(book, names).draw(draft)
    finally:
        book.close()
    return content.getvalue()


class _Pen:
    """Writes the sheets of one workbook: formats by what a cell asks of the person."""

    def __init__(self, book: xlsxwriter.Workbook, names: Names) -> None:
        self._book, self._names = book, names
        base = {"border": 1, "border_color": "#B8BEC7", "valign": "top", "font_size": 10}
        colours = {"plain": None, "fill": "#FFF4BF", "doubt": "#FBD9BD", "fixed": "#E4E7EB"}
        self._formats = {
            (kind, number): book.add_format(
                base
                | ({"bg_color": colour} if colour else {})
                | {"locked": kind == "fixed", "num_format": "General" if number else "@"}
            )
            for kind, colour in colours.items()
            for number in (True, False)
        }
        self._said = book.add_format(base | {"bg_color": colours["doubt"], "text_wrap": True, "num_format": "@"})
        self._head = book.add_format(base | {"bold": True, "bg_color": "#DCE6F2"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._note = book.add_format({"text_wrap": True, "valign": "top", "font_size": 11})

    def draw(self, draft: _Draft) -> None:
        page = self._book.add_worksheet(sheet.SHEET)
        for column, name in enumerate(sheet.COLUMNS):
            page.set_column(column, column, _WIDTHS.get(name, 12))
        page.write_string(0, 0, sheet.MARK, self._title)
        for row, name in enumerate(sheet.FIELDS, start=1):
            self._field(page, row, name, draft)
        top = len(sheet.FIELDS) + 2
        for column, name in enumerate(sheet.COLUMNS):
            page.write_string(top, column, name, self._head)
        spare = _SPARE_ROWS if draft.lines else _BLANK_ROWS
        for row, line in enumerate([*draft.lines, *[_Line({})] * spare], start=top + 1):
            self._line(page, row, line, [d for d in draft.doubts if line.ordinal and d.ordinal == line.ordinal])
        page.freeze_panes(top + 1, 0)
        page.protect("", {"format_columns": True, "format_rows": True, "insert_rows": True, "delete_rows": True})
        page.set_landscape()
        page.set_paper(_A3)
        page.fit_to_pages(1, 0)
        page.repeat_rows(top)
        self._instructions()
        self._doubts(draft.doubts)
        page.activate()

    def _field(self, page: Any, row: int, name: str, draft: _Draft) -> None:
        doubts = [d for d in draft.doubts if d.severity != "info" and _FIELD_OF.get(_start(d)) == name]
        value = draft.fields.get(name)
        page.write_string(row, 0, name, self._head)
        if name not in draft.open_fields:
            kind = "fixed"
        elif doubts:
            kind = "doubt"
        else:
            kind = "fill" if value in (None, "") and name not in ("项目名称", "等级") else "plain"
        self._cell(page, row, 1, value, kind, name in ("年度", "总计"))
        hint = {
            "区划代码": "六位国家标准代码",
            "表类": "部门整体或项目",
            "日期": "如 2025-06-30",
            "项目名称": "仅项目表填写",
        }
        words = self._names.text(_said(doubts)) or (hint.get(name, "") if name in draft.open_fields else "不可改动")
        page.write_string(row, 2, words)

    def _line(self, page: Any, row: int, line: _Line, doubts: Sequence[Doubt]) -> None:
        said = [d for d in doubts if d.severity != "info"]
        marked = {column for d in said for column in _COLUMNS_OF.get(_start(d), ())}
        for column, name in enumerate(sheet.COLUMNS):
            kind = "fixed" if name in (sheet.DOUBT, sheet.WHERE) else "doubt" if name in marked else "plain"
            self._cell(page, row, column, line.cells.get(name), kind, name in (sheet.WEIGHT, sheet.SCORE))
        if said:
            words = self._names.text(_said(said))
            page.write_string(row, sheet.COLUMNS.index(sheet.DOUBT), words[:_LONGEST_CELL], self._said)
            page.set_row(row, _LINE_HEIGHT * (1 + len(words) // _LINE_CHARACTERS))

    def _cell(self, page: Any, row: int, column: int, value: Any, kind: str, number: bool) -> None:
        form = self._formats[kind, number]
        if value is None or value == "":
            page.write_blank(row, column, None, form)
        elif isinstance(value, int | Decimal):
            page.write_number(row, column, float(value), form)
        else:
            page.write_string(row, column, self._names.text(str(value))[:_LONGEST_CELL], form)

    def _instructions(self) -> None:
        page = self._book.add_worksheet("填写说明")
        page.set_column(0, 0, 110)
        page.write_string(0, 0, "填写说明", self._title)
        for row, words in enumerate(_TOLD, start=1):
            page.write_string(row, 0, f"{row}. {words}", self._note)
        page.protect()

    def _doubts(self, doubts: Sequence[Doubt]) -> None:
        page = self._book.add_worksheet("存疑清单")
        for column, (name, width) in enumerate((("程度", 10), ("编号", 26), ("内容", 80), ("原文位置", 44))):
            page.set_column(column, column, width)
            page.write_string(0, column, name, self._head)
        for row, d in enumerate(doubts, start=1):
            for column, text in enumerate((_SEVERITIES[d.severity], d.code, d.message, d.place)):
                page.write_string(row, column, self._names.text(text)[:_LONGEST_CELL], self._note)
        page.freeze_panes(1, 0)
        page.protect()


def _start(doubt: Doubt) -> str:
    """The beginning of a code: SCORE_ of SCORE_MISSING."""
    return doubt.code.partition("_")[0] + "_"


def _said(doubts: Sequence[Doubt]) -> str:
    return "；".join(f"{d.message}（{d.code}）" for d in doubts)
