"""Document text shown literally where Streamlit would read Markdown."""

from __future__ import annotations

import re

_DIRECTIVE = re.compile(r":(?=[A-Za-z_])")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=\"'])")


def markdown(text: str) -> str:
    """Text whose every Markdown sign, ``$`` and entity is escaped; line breaks become spaces.

    Icons and colours (``:material/x:``, ``:red[x]``) are read in spite of a backslash; an invisible space stops them.
    """
    escaped = _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text))
    return _DIRECTIVE.sub(":\u200b", escaped)
