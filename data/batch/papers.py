"""The values of a batch: documents as read, the reports they claim, what became of both.

The rows of a report are not among them: they stay in the journal of replies until they are loaded, so that a batch of
thousands of files takes little memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from data.byhand.worksheet import Review
from data.decided.decision import Opinion
from data.parse import Given
from data.submission import Identity, Problem, Submission, plain
from data.units import identity

if TYPE_CHECKING:
    from data.interchange.load import Imported

Outcome = Literal["accepted", "review", "refused", "unchanged"]
Role = Literal["自评表", "报告", "盖章件", "副本"]
Files = tuple[tuple[str, Role], ...]
"""document_id and role of files that belong to a report beside its table."""


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """What became of one file. ``reason`` says why it was refused, or what has to be reviewed."""

    document_id: str
    file_name: str
    outcome: Outcome
    reason_code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """One report of the batch, counts and totals as loaded."""

    report_id: str
    unit: str
    region_code: str | None
    fiscal_year: int
    form: str
    status: str
    leaves: int
    leaf_total: Decimal | None
    stated_total: Decimal | None
    inferred: int
    problems: int


@dataclass(frozen=True, slots=True)
class IngestResult:
    """The current version after the batch, and what became of each file and report."""

    version: int | None
    documents: tuple[DocumentOutcome, ...]
    reports: tuple[ReportOutcome, ...]

    @property
    def refused(self) -> bool:
        return any(d.reason_code and d.outcome in ("refused", "unchanged") for d in self.documents)


@dataclass(frozen=True, slots=True)
class Claim:
    """One report as one document tells it, with the other files that belong to it."""

    document_id: str
    index: int
    """Its place among the submissions of the document."""
    given: Given
    identity: Identity
    """``unit`` and ``subject`` in the form in which they are compared."""
    outcome: ReportOutcome
    figures: str
    """The same in two claims if they agree on every leaf and on the printed total."""
    has_prose: bool
    doubts: tuple[Problem, ...]
    """What a person has to settle before the report is accepted."""
    repaired: int
    attached: Files = ()
    contested: bool = False
    entered: bool = False
    """Entered by a person in a 待补录表."""

    @property
    def report_id(self) -> str:
        return self.outcome.report_id

    @property
    def prose_documents(self) -> tuple[str, ...]:
        return tuple(document_id for document_id, role in self.attached if role == "报告")


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the batch as read: its claims, or why it has none. Its content is kept in the warehouse."""

    document_id: str
    file_name: str
    folder: str
    size: int
    claims: tuple[Claim, ...]
    refusals: tuple[tuple[str, str], ...]
    """(code, reason), one for each unit that was refused."""
    prose: tuple[Identity, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    """What it says of 存疑事项, if it is a filled 核查意见单."""
    reviews: tuple[Review, ...] = ()
    """What it says of leaves, if it is a filled 复核工作底稿."""

    @property
    def is_scan(self) -> bool:
        return not self.claims and any(code == "E22" for code, _ in self.refusals)


@dataclass(frozen=True, slots=True)
class Draft:
    """A batch as read and judged, not yet published: what would be published, and on top of which version."""

    based_on: str
    papers: tuple[Paper, ...]
    """Documents that are to be written with their outcomes; others of the batch changed nothing."""
    outcomes: tuple[DocumentOutcome, ...]
    claims: tuple[Claim, ...]
    result: IngestResult
    imported: Imported | None = None
    """Its interchange tables, whose documents and reports are in none of the above but the result."""

    @property
    def received(self) -> tuple[tuple[str, str, str], ...]:
        """document_id, file name and folder of every document to be written."""
        tables = self.imported.arrivals.documents if self.imported is not None else ()
        return (
            *((p.document_id, p.file_name, p.folder) for p in self.papers),
            *((d.document_id, d.file_name, "") for d in tables),
        )

    def reports_of(self, document_id: str) -> list[ReportOutcome]:
        """The reports that a document holds the table of."""
        told = self.imported.reports_of(document_id) if self.imported is not None else []
        return [c.outcome for c in self.claims if c.document_id == document_id] + told


def claim(submission: Submission, document_id: str, index: int, given: Given) -> Claim:
    s = submission
    unit_id = identity.unit_id(s.region_code, s.unit)
    outcome = ReportOutcome(
        identity.report_id(unit_id, s.fiscal_year, s.form, s.subject), s.unit, s.region_code, s.fiscal_year, s.form,
        s.status, len(s.leaves), s.leaf_total, s.stated_total,
        sum(leaf.score_inferred is not None for leaf in s.leaves), len(s.problems),
    )  # fmt: skip
    return Claim(
        document_id,
        index,
        given,
        compared(Identity(s.unit, s.region_code, s.fiscal_year, s.form, s.subject)),
        outcome,
        _figures(s),
        bool(s.narratives or any(f.source == "文" for f in s.stated_figures)),
        tuple(p for p in s.problems if p.severity == "error"),
        sum(p.severity == "warning" for p in s.problems),
        entered=s.entered is not None,
    )


def compared(found: Identity) -> Identity:
    """An identity whose names are in the form in which they are compared."""
    unit, subject = identity.normalised(found.unit), identity.normalised(found.subject)
    return Identity(unit, found.region_code, found.fiscal_year, found.form, subject)


def _figures(submission: Submission) -> str:
    """What two files must agree on to be one report: every leaf with its points, and the printed total."""

    def words(number: Decimal | None) -> str:
        return "" if number is None else plain(number)

    leaves = [(x.level1, x.level2, x.level3, words(x.weight), words(x.score)) for x in submission.leaves]
    return sha256(repr((words(submission.stated_total), leaves)).encode()).hexdigest()
