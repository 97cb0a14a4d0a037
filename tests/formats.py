"""One report written in every format, with the merged cells of a real form: what tests and the shipped samples use.

python -m tests.formats        # writes the samples anew (the PDF needs Chromium)
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx
import openpyxl
from openpyxl.utils import get_column_letter

SAMPLES = Path(__file__).parent.parent / "data" / "samples"


@dataclass(frozen=True)
class Sheet:
    """Lines before the table, its head, its rows of equal width, lines after it."""

    before: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    after: tuple[str, ...]

    @property
    def merges(self) -> list[tuple[int, int, int]]:
        """(column, first row, last row) of each label block of the first two columns: from a label to the next."""
        found = []
        for column in (0, 1):
            start = None
            for r in range(len(self.rows) + 1):
                ends = r == len(self.rows) or any(self.rows[r][: column + 1])
                if ends:
                    if start is not None and r - 1 > start:
                        found.append((column, start, r - 1))
                    start = r if r < len(self.rows) and self.rows[r][column] else None
        return found


def sheet_of(text: str) -> Sheet:
    """The sheet of a tab-separated text with labels on the first row of their block."""
    before: list[str] = []
    after: list[str] = []
    table: list[list[str]] = []
    for line in text.splitlines():
        if "\t" in line:
            table.append(line.split("\t"))
        elif line.strip():
            (after if table else before).append(line)
    width = len(table[0])
    rows = tuple(tuple((row + [""] * width)[:width]) for row in table[1:])
    return Sheet(tuple(before), tuple(table[0]), rows, tuple(after))


def xlsx(sheet: Sheet, *, merged: bool = True) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "自评表"
    width = len(sheet.head)
    r = 0
    for line in sheet.before:
        r += 1
        page.cell(r, 1, line)
        page.merge_cells(start_row=r, end_row=r, start_column=1, end_column=width)
    r += 1
    for c, word in enumerate(sheet.head, start=1):
        page.cell(r, c, word)
    first = r + 1
    for row in sheet.rows:
        r += 1
        for c, text in enumerate(row, start=1):
            if text:
                _set(page.cell(r, c), text)
    for column, top, bottom in sheet.merges if merged else []:
        letter = get_column_letter(column + 1)
        page.merge_cells(f"{letter}{first + top}:{letter}{first + bottom}")
    for line in sheet.after:
        r += 1
        page.cell(r, 1, line)
        page.merge_cells(start_row=r, end_row=r, start_column=1, end_column=width)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _set(cell: object, text: str) -> None:
    """A number as a number, a percentage under a percent format, as people type them."""
    try:
        if text.endswith("%"):
            cell.value = round(float(text[:-1]) / 100, 12)  # type: ignore[attr-defined]
            places = len(text.partition(".")[2]) - 1 if "." in text else 0
            cell.number_format = "0." + "0" * places + "%" if places > 0 else "0%"  # type: ignore[attr-defined]
        else:
            cell.value = float(text)  # type: ignore[attr-defined]
    except ValueError:
        cell.value = text  # type: ignore[attr-defined]


def docx_bytes(sheet: Sheet) -> bytes:
    document = docx.Document()
    for line in sheet.before:
        document.add_paragraph(line)
    table = document.add_table(rows=1 + len(sheet.rows), cols=len(sheet.head))
    for c, word in enumerate(sheet.head):
        table.cell(0, c).text = word
    for r, row in enumerate(sheet.rows, start=1):
        for c, text in enumerate(row):
            if text:
                table.rows[r].cells[c].text = text
    for column, top, bottom in sheet.merges:
        label = sheet.rows[top][column]
        joined = table.cell(top + 1, column).merge(table.cell(bottom + 1, column))
        joined.text = label
    for line in sheet.after:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def html(sheet: Sheet, *, style: str = "") -> str:
    down = {(top, column): bottom - top + 1 for column, top, bottom in sheet.merges}
    hidden = {(r, column) for column, top, bottom in sheet.merges for r in range(top + 1, bottom + 1)}
    lines = [f"<p>{escape(line)}</p>" for line in sheet.before]
    lines.append("<table><tr>" + "".join(f"<th>{escape(w)}</th>" for w in sheet.head) + "</tr>")
    for r, row in enumerate(sheet.rows):
        cells = [
            f'<td rowspan="{down[r, c]}">{escape(text)}</td>' if (r, c) in down else f"<td>{escape(text)}</td>"
            for c, text in enumerate(row)
            if (r, c) not in hidden
        ]
        lines.append("<tr>" + "".join(cells) + "</tr>")
    lines.append("</table>")
    lines += [f"<p>{escape(line)}</p>" for line in sheet.after]
    head = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title></title><style>{style}</style></head><body>'
    return head + "\n".join(lines) + "</body></html>"


def comma(sheet: Sheet) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    pad = [""] * (len(sheet.head) - 1)
    writer.writerows([[line, *pad] for line in sheet.before])
    writer.writerow(sheet.head)
    writer.writerows(sheet.rows)
    writer.writerows([[line, *pad] for line in sheet.after])
    return stream.getvalue()


def pipes(sheet: Sheet) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    rule = "|" + "---|" * len(sheet.head)
    return "\n".join([*sheet.before, line(sheet.head), rule, *map(line, sheet.rows), "", *sheet.after])


PRINT_STYLE = (
    "@page{size:A4 landscape;margin:12mm}body{font:9pt 'Noto Sans CJK SC'}table{border-collapse:collapse;width:100%}"
    "td,th{border:0.6pt solid #000;padding:2pt;font-size:8pt}tr{break-inside:avoid}"
)


def pdf(sheet: Sheet) -> bytes:
    """A ruled PDF, printed by Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content(html(sheet, style=PRINT_STYLE))
        content = page.pdf(prefer_css_page_size=True)
        browser.close()
    return content


def main() -> None:
    for file in sorted(SAMPLES.glob("*.txt")):
        sheet = sheet_of(file.read_text(encoding="utf-8"))
        for ending, content in {
            "xlsx": xlsx(sheet),
            "docx": docx_bytes(sheet),
            "html": html(sheet).encode(),
            "pdf": pdf(sheet),
        }.items():
            target = SAMPLES / ending / f"{file.stem}.{ending}"
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)


if __name__ == "__main__":
    main()
