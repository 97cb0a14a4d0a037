"""What a .pptx holds, read back, and texts that nothing in it may interpret."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import openpyxl

from exports.source import Source

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
SOURCE = Source("公开示例", "v000001", "2024", "江苏省南京市江宁区", "2026-01-15")
HOSTILE = (
    '=HYPERLINK("http://evil.example","点此")',
    "=1+1",
    "{=1+1}",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "http://evil.example/x",
    "internal:Sheet1!A1",
    "mailto:a@evil.example",
    "<a:t>&amp;</a:t>",
    "_x0041_",
    "'单引号",
)


def chart_of(slide: Any) -> Any:
    return next(shape.chart for shape in slide.shapes if shape.has_chart)


def table_of(slide: Any) -> list[list[str]]:
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    return [[cell.text for cell in row.cells] for row in table.rows]


def words(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def parts(blob: bytes, name: str) -> list[ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        found = [n for n in archive.namelist() if re.fullmatch(name, n)]
        return [ElementTree.fromstring(archive.read(n)) for n in sorted(found)]  # noqa: S314


def members(blob: bytes, path: str = "") -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            yield f"{path}/{name}", content
            if zipfile.is_zipfile(io.BytesIO(content)):
                yield from members(content, f"{path}/{name}")


def workbooks(blob: bytes) -> list[Any]:
    return [openpyxl.load_workbook(io.BytesIO(c)).active for n, c in members(blob) if n.endswith(".xlsx")]
