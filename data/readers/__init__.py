"""One file per format: bytes in, grids out. Nothing after a reader knows the format."""

from __future__ import annotations

from data.codes import refusal
from data.door import archive
from data.door.intake import Document, kind_of, text_of
from data.readers import delimited, docx, html, pdf, text, xlsx
from data.submission import Grid


def read(document: Document) -> list[Grid]:
    """The grids of a document in reading order. Raises ``Refusal`` for what no reader takes."""
    match kind_of(document):
        case "xlsx":
            archive.office(document.content).close()
            return xlsx.read(document.content, scan=True)
        case "docx":
            archive.office(document.content).close()
            return docx.read(document.content)
        case "xls":
            return xlsx.read(document.content, scan=False)
        case "pdf":
            return pdf.read(document.content)
        case "html":
            return html.read(document.content)
        case "word":
            raise refusal("E26")
        case "zip":
            inside = sum(1 for _ in archive.files(document.content))
            raise refusal("E03", "压缩包内的压缩包") if inside else refusal("E02", "压缩包内没有文件")
        case "parquet":
            raise refusal("E06")
        case "text":
            return _text(text_of(document))


def _text(content: str) -> list[Grid]:
    sign = delimited.separator_of(content)
    if sign is None:
        return text.grids(content)
    return delimited.pipe_grids(content) if sign == "|" else delimited.comma_grids(content, sign)
