"""Identity: which unit, which report. Hashes of what is printed, so that the same report is the same everywhere."""

from __future__ import annotations

from hashlib import sha256

from data.normalise import search_key
from data.submission import Submission


def normalised(unit: str) -> str:
    """The form in which unit names are compared: folded, without quotation marks."""
    return search_key(unit)


def unit_id(region_code: str | None, unit: str) -> str:
    """``U`` and 12 hex digits from region and normalised name."""
    return "U" + _digest(region_code or "", normalised(unit))


def report_id(unit: str, fiscal_year: int, form: str, subject: str = "") -> str:
    """``R`` and 12 hex digits from unit_id, fiscal year, form and subject."""
    return "R" + _digest(unit, str(fiscal_year), form, search_key(subject))


def of_submission(s: Submission) -> str:
    """``report_id`` of a submission."""
    return report_id(unit_id(s.region_code, s.unit), s.fiscal_year, s.form, s.subject)


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:12]
