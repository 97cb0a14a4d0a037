"""The endings of a report file, what writes each, and the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from data.codes import refusal
from data.warehouse import Warehouse
from exports.report import briefing, deck, printable, workbook
from exports.report.spec import Format, ReportSpec, Told, prepare, untold
from exports.whole import whole

FORMATS: Mapping[str, Format] = {
    ".pptx": deck.pptx,
    ".docx": briefing.docx,
    ".xlsx": workbook.xlsx,
    ".html": printable.html,
}


def write(
    warehouse: Warehouse,
    spec: ReportSpec,
    out: Path,
    version: int | None = None,
    told: Told = untold,
    ending: str = "",
) -> Path:
    """Write the report of a version (``None``: the current) in the format of the file's ending, whole or not at all.

    Gives its path. With an ``ending``, ``out`` is a folder and the file is called by year, district, name and version.

    Raises ``Refusal`` E15 without a version, E16 for another ending, E43 for an empty selection, E10.
    """
    form = FORMATS.get(ending or out.suffix.lower())
    if form is None:
        raise refusal("E16", f"汇报文件的扩展名应为 {'、'.join(FORMATS)}，而非 {ending or out.suffix or out.name}")
    version = version if version is not None else warehouse.current()
    with warehouse.cursor(version) as cursor:
        prepared = prepare(cursor, warehouse, version or 0, spec, told)
        told(len(spec.collected), len(spec.collected), "")
        try:
            content = form(cursor, prepared)
        except (OSError, FileCreateError) as error:
            raise refusal("E10", str(out)) from error
    out = out / f"{prepared.file_name}{ending}" if ending else out
    with whole(out) as draft:
        draft.write_bytes(content)
    return out
