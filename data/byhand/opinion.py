"""核查意见单 that come back filled in: what a department says of each 存疑事项, and what became of it.

A sheet is told by its mark; each row carries a code of the finding and of the working (测算过程) that was printed, so a
decision belongs to what the person saw. xlsx and docx are read alike. Rows left blank say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from data.codes import refusal
from data.decided.decision import EXPLAINED, LONGEST_NAME, LONGEST_REASON, STATES, Opinion
from data.normalise import folded, unwrapped
from data.statements import named
from data.submission import Grid, Row
from data.warehouse import Warehouse

MARK = "绩效自评核查意见单"
WORDS, TAKEN, BY = "部门说明", "采纳情况", "填写人"
UNEXPLAINED = "核查意见单未附部门说明"
"""The reason of a decision where the sheet gives a state and no words."""
_CODE = re.compile(r"(F[0-9a-f]{16})-([0-9a-f]{16})")
_SQL = Path(__file__).with_suffix(".sql")
_MOST_SAID = 5


def code(finding_id: str, working_hash: str) -> str:
    """What leads from a row back to its finding and to the working it was printed with."""
    return f"{finding_id}-{working_hash}"


def recognised(grids: Sequence[Grid]) -> bool:
    """Whether a document is a 核查意见单, by its mark."""
    return any(cell.text == MARK for grid in grids for row in grid.rows for cell in row.cells[:1])


def read(grids: Sequence[Grid]) -> tuple[Opinion, ...]:
    """What is filled in. Raises ``Refusal`` E45 with row, column and value of what cannot be taken."""
    faults: list[str] = []
    by = _by(grids, faults)
    columns: dict[str, int] = {}
    found: dict[str, Opinion] = {}
    for row in (row for grid in grids if grid.kind == "table" for row in grid.rows):
        texts = [unwrapped(text) for text in row.texts]
        if WORDS in texts and TAKEN in texts:
            columns = {WORDS: texts.index(WORDS), TAKEN: texts.index(TAKEN)}
            continue
        coded = _CODE.search("".join(folded(text) for text in row.texts if "F" in text))
        said, state = (texts[columns[n]] if columns.get(n, len(texts)) < len(texts) else "" for n in (WORDS, TAKEN))
        if not (said or state):
            continue
        if coded is None:
            if columns and texts[0][:1].isdigit():
                faults.append(f"{row.place.words}：编号缺失或已被改动")
            continue
        opinion = _opinion(row, coded, said, state, by, faults)
        if found.setdefault(opinion.finding_id, opinion) is not opinion:
            faults.append(f"{row.place.words}：与{found[opinion.finding_id].where}编号相同")
    if not found and not faults:
        faults.append(f"“{WORDS}”“{TAKEN}”两栏均未填写")
    _refuse(faults)
    return tuple(found.values())


def checked(warehouse: Warehouse, opinions: Sequence[Opinion]) -> None:
    """Raise ``Refusal`` E45 with the rows whose 存疑事项 the current version does not hold."""
    held: set[str] = set()
    if warehouse.current() is not None:
        with warehouse.cursor() as cursor:
            rows = cursor.execute(named(_SQL)["held"], {"finding_ids": [o.finding_id for o in opinions]}).fetchall()
        held = {finding_id for (finding_id,) in rows}
    _refuse([f"{o.where}：该存疑事项不在当前数据版本内" for o in opinions if o.finding_id not in held])


def _by(grids: Sequence[Grid], faults: list[str]) -> str:
    """The name behind 填写人."""
    for row in (row for grid in grids for row in grid.rows):
        texts = [unwrapped(text) for text in row.texts]
        if BY in texts:
            name = " ".join(texts[texts.index(BY) + 1].split()) if texts.index(BY) + 1 < len(texts) else ""
            if not name or len(name) > LONGEST_NAME:
                faults.append(
                    f"{row.place.words}“{BY}”：{f'“{name[:20]}”' if name else ''}应填写姓名，不超过 {LONGEST_NAME} 字"
                )
            return name
    faults.append(f"缺少“{BY}”一栏")
    return ""


def _opinion(row: Row, coded: re.Match[str], said: str, state: str, by: str, faults: list[str]) -> Opinion:
    where = row.place.words
    if state and state not in STATES:
        faults.append(f"{where}“{TAKEN}”：“{state[:20]}”应为{'、'.join(STATES)}之一")
    if len(said) > LONGEST_REASON:
        faults.append(f"{where}“{WORDS}”：“{said[:20]}…”超过 {LONGEST_REASON} 字")
    return Opinion(coded[1], coded[2], state or EXPLAINED, said or UNEXPLAINED, by, where)


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        more = f"；另有 {len(faults) - _MOST_SAID} 处" if len(faults) > _MOST_SAID else ""
        raise refusal("E45", "；".join(faults[:_MOST_SAID]) + more)
