"""The sections of a report (一、部门概况 …), each with its text and the line of its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from data.codes import problem
from data.normalise import folded, search_key, unwrapped
from data.parts.split import is_title
from data.submission import Narrative, Problem, Row
from data.vocabulary import Vocabulary

_HEADING = re.compile(
    r"^(?:[-·•]\s*)?(?:第?[一二三四五六七八九十]{1,3}(?:部分)?[、.\uff0e]|第[一二三四五六七八九十]{1,3}部分)\s*(?P<title>.+)$"
)
_END = re.compile(r"^(?:附件|附表|附:|注:|评价指标$)")
_NONE = frozenset({"无", "没有", "暂无", "无此情况", "不适用"})
_SHORTEST_ANSWER = 3
_HEADING_LENGTH = 40


def narratives(prose: Sequence[Row], vocabulary: Vocabulary) -> tuple[list[Narrative], list[Problem]]:
    """Top-level sections in printed order; neither lines of a table of contents nor headings without text count."""
    found: dict[str, Narrative] = {}
    problems: list[Problem] = []
    heading: Row | None = None
    title, body = "", list[str]()

    def close() -> None:
        if heading is None or not any(body):
            return
        text = "\n".join(line for line in body if line)
        section = _section(title, vocabulary)
        state = _state(text)
        if state == "unreadable":
            problems.append(problem("NARRATIVE_UNREADABLE", f"“{title}”印作“{text}”", heading.place))
        found[section] = Narrative(section, title, text, state, heading.place)

    for row in prose:
        if _in_contents(row):
            continue
        text = unwrapped(" ".join(t for t in row.texts if t))
        opened = _HEADING.match(text)
        head = opened["title"].strip() if opened else ""
        bare, _, inline = head.replace("\uff1a", ":").partition(":")
        if opened and len(_bare(bare)) <= _HEADING_LENGTH and not re.search(r"[。;\uff1b]", bare):
            close()
            heading, title, body = row, _bare(bare), [inline.strip()]
        elif _END.match(folded(text)) or is_title(text):
            close()
            heading = None
        elif heading is not None:
            body.append(text)
    close()
    return list(found.values()), problems


def _bare(heading: str) -> str:
    return re.sub(r"[(\uff08].*[)\uff09]$", "", heading).strip() or heading


def _section(title: str, vocabulary: Vocabulary) -> str:
    """Canonical name of a section; a heading the vocabulary lacks keeps its own."""
    return vocabulary.sections.get(search_key(title), title)


def _in_contents(row: Row) -> bool:
    """A line of the table of contents: it ends in a page number behind a tab or leaders."""
    texts = [t for t in row.texts if t]
    last = folded(texts[-1]) if texts else ""
    return (len(texts) > 1 and bool(re.fullmatch(r"[.·…]*\d{1,3}", last))) or bool(
        re.search(r"[.·…]{3,}\d{1,3}$", last)
    )


def _state(text: str) -> Literal["text", "none", "unreadable"]:
    key = re.sub(r"[\W_]", "", folded(text))
    if key in _NONE:
        return "none"
    return "text" if len(key) >= _SHORTEST_ANSWER else "unreadable"
