"""Document text shown literally where Streamlit would read Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=\"'])")


def markdown(text: str) -> str:
    """Text whose every Markdown sign, ``$``, colon directive and entity is escaped; line breaks become spaces."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text))
