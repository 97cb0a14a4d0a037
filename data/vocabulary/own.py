"""The administrator's own lines: a folder of CSV files named and headed like the project's, read after them.

A line adds a wording, or gives a known one another meaning. What a file may say of a wording is what the project's own
file says somewhere: a new role or dimension would need code, and is refused with its file, line and value.
"""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from data.codes import refusal

VARIABLE = "JIXIAO_VOCABULARY"
FILES: dict[str, tuple[str, str]] = {
    "headers.csv": ("word", "role"),
    "labels.csv": ("label", "level"),
    "indicators.csv": ("level3", ""),
    "dimensions.csv": ("", "dimension"),
    "row_words.csv": ("word", "kind"),
    "sections.csv": ("word", "section"),
    "other_forms.csv": ("word", "form"),
    "organisations.csv": ("suffix", ""),
}
"""File -> the column that may not be empty, and the one whose values the project's own file must know."""

_MOST_BYTES = 2 * 1024 * 1024


def folder() -> Path | None:
    """The folder of the administrator's own lines; ``None`` where none is named."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def stamp(own: Path | None) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of the folder does. Raises ``Refusal`` E38 where the folder cannot be read."""
    if own is None:
        return ()
    try:
        files = sorted(own.glob("*.csv"))
        if not own.is_dir():
            raise refusal("E38", f"{VARIABLE} 所指目录不存在")
        return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    except OSError as error:
        raise refusal("E38", f"{VARIABLE} 所指目录无法读取") from error


def lines(own: Path, name: str, known: list[dict[str, str]]) -> list[dict[str, str]]:
    """The administrator's lines of one file; none where he has no such file.

    Raises ``Refusal`` E38 naming file, line and value.
    """
    path = own / name
    if not path.is_file():
        return []
    needed, closed = FILES[name]
    columns = list(known[0])
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    if reader.fieldnames is None or set(reader.fieldnames) != set(columns):
        raise refusal("E38", f"{name} 第 1 行应为 {','.join(columns)}")
    allowed = {line[closed] for line in known} if closed else set()
    found = []
    for line in reader:
        where = f"{name} 第 {reader.line_num} 行"
        values = {column: (line.get(column) or "").strip() for column in columns}
        if None in line:
            raise refusal("E38", f"{where} 的列数多于表头")
        if not any(values.values()):
            continue
        if needed and not values[needed]:
            raise refusal("E38", f"{where} 缺少 {needed}")
        if closed and values[closed] not in allowed:
            raise refusal(
                "E38", f"{where} {closed} 为“{values[closed]}”，应为 {'、'.join(sorted(allowed - {''}))} 之一"
            )
        found.append(values)
    return found


def check_names(own: Path) -> None:
    """Raise ``Refusal`` E38 for a CSV file that no table of the vocabulary is named after."""
    for file in sorted(own.glob("*.csv")):
        if file.name not in FILES:
            raise refusal("E38", f"不可扩充的词表 {file.name}，可扩充的是 {'、'.join(sorted(FILES))}")


def _text(path: Path) -> str:
    """UTF-8 with or without a byte order mark, else GB18030, as Excel saves a CSV in China."""
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise refusal("E38", f"{path.name} 超过 {_MOST_BYTES // 1024 // 1024} MB")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal("E38", f"{path.name} 不是 UTF-8 或 GB18030 文本")
