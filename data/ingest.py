"""A batch of files into a warehouse: read each, judge each, publish one version with all that is new.

A document that cannot be read is refused with a code; the others of the batch still load. The same bytes again change
nothing. Two different files that claim the same report in one batch are both kept for review, neither is current.
"""

from __future__ import annotations

import errno
import logging
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb

from data import archive, sandbox
from data.codes import problem, refusal
from data.intake import MAX_BYTES, Document, kind_of, printable_name, receive
from data.load import DocumentRow, ReportRow, load
from data.parse import NOTHING_GIVEN, Given
from data.statements import named
from data.submission import Reading, Refusal, Submission
from data.warehouse import CheckFailed, Warehouse
from data.worker import Reply

Outcome = Literal["accepted", "review", "refused", "unchanged"]
Progress = Callable[[int, int, str], None]
_SQL = Path(__file__).with_name("ingest.sql")
_LOG = logging.getLogger(__name__)


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
class _Judged:
    """A document as judged; its content is kept in the warehouse, not here."""

    document_id: str
    file_name: str
    size: int
    reading: Reading
    outcome: Outcome
    reason_code: str | None
    reason: str | None

    def row(self, received_at: datetime) -> DocumentRow:
        return DocumentRow(
            self.document_id, self.file_name, self.size, received_at, self.outcome, self.reason_code, self.reason
        )


def files_below(paths: Iterable[Path]) -> list[Path]:
    """Files named directly, and all below named folders, in a stable order; hidden files are left out.

    What is neither file nor folder (a broken link, a pipe) stays in the list, to be refused by name.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (f for f in path.rglob("*") if not f.is_dir())
            found += sorted(f for f in inside if not any(p.startswith(".") for p in f.relative_to(path).parts))
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def ingest(
    warehouse: Warehouse,
    paths: Sequence[Path],
    given: Given = NOTHING_GIVEN,
    progress: Progress | None = None,
) -> IngestResult:
    """Read files and folders into the next version of a warehouse.

    Raises ``Refusal`` for the batch as a whole only: E10 (disk), E13 (another ingest runs), E14 (other data set).
    """
    files = files_below(paths)
    with warehouse.writing():
        try:
            return _ingest(warehouse, files, given, progress)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise refusal("E10") from error
            raise
        except duckdb.IOException as error:
            raise refusal("E10") from error


def _ingest(warehouse: Warehouse, files: Sequence[Path], given: Given, progress: Progress | None) -> IngestResult:
    known = _received(warehouse)
    judged: list[_Judged] = []
    outcomes: list[DocumentOutcome] = []
    at: dict[str, int] = {}

    def fresh() -> Iterator[Document]:
        """Documents that have to be read; the others get their outcome here."""
        for found in _documents(files, progress):
            if isinstance(found, DocumentOutcome):
                outcomes.append(found)
                continue
            before = known.get(found.document_id)
            if found.document_id in at or (before is not None and not _worth_rereading(before, given)):
                outcomes.append(_unchanged(found, before))
                continue
            at[found.document_id] = len(outcomes)
            outcomes.append(DocumentOutcome(found.document_id, found.file_name, "refused", None, None))
            yield found

    for document, reply in sandbox.read_all(fresh(), given):
        result = _judge(document, reply)
        place, before = at[document.document_id], known.get(document.document_id)
        if before is not None and _same(result, before):
            outcomes[place] = _unchanged(document, before)
            continue
        warehouse.keep_original(document)
        judged.append(result)
        outcomes[place] = DocumentOutcome(document.document_id, document.file_name, result.outcome, None, None)
    reports = _reports(judged)
    final = {j.document_id: j for j in _with_contested(judged, reports)}
    outcomes = [_final(o, final.get(o.document_id)) for o in outcomes]
    version = _publish(warehouse, list(final.values()), reports) if final else warehouse.current()
    return IngestResult(version, tuple(outcomes), tuple(_outcome(r) for r in reports))


def _documents(files: Sequence[Path], progress: Progress | None) -> Iterator[Document | DocumentOutcome]:
    """The documents of a batch in order, those of zip archives among them; what cannot be read as its outcome."""
    for number, file in enumerate(files, start=1):
        if progress:
            progress(number, len(files), printable_name(file.name))
        try:
            document = receive(_bytes(file), file.name)
        except OSError:
            unreadable = refusal("E18")
            yield DocumentOutcome("", printable_name(file.name), "refused", unreadable.code, unreadable.reason)
            continue
        yield from opened(document)


def opened(document: Document) -> Iterator[Document]:
    """A document, or those inside it where it is a zip archive; an unsound archive stays whole, to be refused."""
    inside: list[Document] = []
    try:
        if document.content.startswith(b"PK") and kind_of(document) == "zip":
            inside = [
                receive(content, f"{document.file_name}/{name}") for name, content in archive.files(document.content)
            ]
    except Refusal:
        inside = []
    yield from inside or [document]


def _bytes(file: Path) -> bytes:
    """The content of a file, one byte more than the limit at most."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(file))
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


@dataclass(frozen=True, slots=True)
class _Received:
    outcome: str
    reason_code: str | None
    reason: str | None
    report_ids: list[str]
    region_open: bool
    """A region is unknown or was given by a person."""
    year_open: bool


def _received(warehouse: Warehouse) -> dict[str, _Received]:
    """What the current version knows of files received before: document_id -> newest outcome."""
    if warehouse.current() is None:
        return {}
    with warehouse.cursor() as cursor:
        rows = cursor.execute(named(_SQL)["received"]).fetchall()
    return {row[0]: _Received(*row[1:]) for row in rows}


def _worth_rereading(before: _Received, given: Given) -> bool:
    """A refused or contested file may pass now; what a person gave may be given otherwise."""
    return (
        before.outcome == "refused"
        or before.reason_code == "DUPLICATE_IN_BATCH"
        or (before.region_open and given.region_code is not None)
        or (before.year_open and given.fiscal_year is not None)
    )


def _same(result: _Judged, before: _Received) -> bool:
    """Whether a second reading came to the same outcome about the same reports."""
    found = sorted(ReportRow(s, "", True, s.status).report_id for s in result.reading.submissions)
    return (result.outcome, result.reason, found) == (before.outcome, before.reason, before.report_ids)


def _unchanged(document: Document, before: _Received | None) -> DocumentOutcome:
    refused = before is not None and before.outcome == "refused"
    code, reason = (before.reason_code, before.reason) if before is not None and refused else (None, None)
    return DocumentOutcome(document.document_id, document.file_name, "unchanged", code, reason)


def _judge(document: Document, reply: Reply) -> _Judged:
    """What a reading means for its document; a failure is a coded refusal of that document."""
    about = (document.document_id, document.file_name, len(document.content))
    reading = reply.reading
    if reading is None:
        return _Judged(*about, Reading(()), "refused", reply.code, reply.reason)
    if reading.refusals:
        reason = "；".join(f"{unit}：{why}" if unit else why for unit, _, why in reading.refusals)
        return _Judged(*about, reading, "refused", reading.refusals[0][1], reason)
    doubts = [p for s in reading.submissions for p in s.problems if p.severity == "error"]
    if doubts:
        reason = "；".join(dict.fromkeys(p.message for p in doubts[:5]))
        return _Judged(*about, reading, "review", doubts[0].code, reason)
    return _Judged(*about, reading, "accepted", None, None)


def _reports(judged: Sequence[_Judged]) -> list[ReportRow]:
    """Reports of the batch. Files that say the same of a report are one report; where they differ (or one file claims
    it twice) all are for review and none is current."""
    rows = [ReportRow(s, j.document_id, True, s.status) for j in judged for s in j.reading.submissions]
    claims: dict[str, list[ReportRow]] = {}
    for row in rows:
        claims.setdefault(row.report_id, []).append(row)
    found: list[ReportRow] = []
    for same in claims.values():
        documents = {row.document_id for row in same}
        if len(same) == 1:
            found += same
        elif len(documents) == len(same) and len({_figures(row.submission) for row in same}) == 1:
            best = min(same, key=lambda row: len(row.submission.problems))
            found.append(replace(best, also=tuple(row.document_id for row in same if row is not best)))
        else:
            found += [_contested(row) for row in same]
    return found


def _figures(submission: Submission) -> tuple[object, ...]:
    """What two files must agree on to be one report: every leaf with its points, and the printed total."""
    leaves = tuple((x.level1, x.level2, x.level3, x.weight, x.score) for x in submission.leaves)
    return submission.stated_total, leaves


def _contested(row: ReportRow) -> ReportRow:
    doubt = problem("DUPLICATE_IN_BATCH", row.submission.unit, row.submission.place)
    submission: Submission = replace(row.submission, problems=(*row.submission.problems, doubt))
    return ReportRow(submission, row.document_id, False, "review")


def _with_contested(judged: Sequence[_Judged], reports: Sequence[ReportRow]) -> list[_Judged]:
    """The documents, those that hold a contested report turned to review."""
    contested = {r.document_id for r in reports if not r.is_current}
    meaning = problem("DUPLICATE_IN_BATCH").message
    return [
        replace(j, outcome="review", reason_code="DUPLICATE_IN_BATCH", reason=meaning)
        if j.document_id in contested and j.outcome == "accepted"
        else j
        for j in judged
    ]


def _final(outcome: DocumentOutcome, judged: _Judged | None) -> DocumentOutcome:
    if judged is None or outcome.outcome == "unchanged":
        return outcome
    return replace(outcome, outcome=judged.outcome, reason_code=judged.reason_code, reason=judged.reason)


def _publish(warehouse: Warehouse, judged: Sequence[_Judged], reports: Sequence[ReportRow]) -> int:
    now = datetime.now(UTC).replace(tzinfo=None)
    documents = [j.row(now) for j in judged]
    counts = Counter(d.outcome for d in documents)
    words = {"accepted": "入库", "review": "待复核", "refused": "退回"}
    detail = ",".join(f"{word} {counts[outcome]} 份" for outcome, word in words.items() if counts[outcome])
    try:
        return warehouse.publish(lambda connection: load(connection, documents, reports), "ingest", detail)
    except CheckFailed as error:
        _LOG.exception("the new version was not published")
        raise refusal("E12", "发布前检查未通过") from error


def _outcome(row: ReportRow) -> ReportOutcome:
    s = row.submission
    inferred = sum(leaf.score_inferred is not None for leaf in s.leaves)
    return ReportOutcome(
        row.report_id, s.unit, s.region_code, s.fiscal_year, s.form, row.status, len(s.leaves), s.leaf_total,
        s.stated_total, inferred, len(s.problems),
    )  # fmt: skip
