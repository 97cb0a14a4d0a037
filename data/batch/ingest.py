"""A batch of files into a warehouse: read each, judge each, publish one version with all that is new.

``read`` and ``publish`` are the two halves, for who wants to see before publishing; ``ingest`` is both in one step.
"""

from __future__ import annotations

import errno
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path

import duckdb

from data import vocabulary
from data.batch.draft import Progress, drafted, files_below, replied
from data.batch.journal import Journal
from data.batch.load import DocumentRow, ReportRow, WaitingRow, load
from data.batch.papers import Claim, DocumentOutcome, Draft, IngestResult
from data.batch.received import Received
from data.byhand import acceptance, worksheet
from data.codes import problem, refusal
from data.decided.decision import add
from data.door.intake import Document
from data.parse import NOTHING_GIVEN, Given
from data.units import roster
from data.warehouse import CheckFailed, Warehouse

__all__ = ["DocumentOutcome", "Draft", "IngestResult", "Progress", "discard", "ingest", "publish", "read"]
_AT_ONCE = 200
"""Reports whose rows are in memory at a time."""
_LOG = logging.getLogger(__name__)


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
    with _writing(warehouse):
        return _publish(warehouse, drafted(warehouse, files, given, progress))


def read(
    warehouse: Warehouse,
    files: Sequence[Path | Document],
    given: Given = NOTHING_GIVEN,
    progress: Progress | None = None,
) -> Draft:
    """What ``publish`` would write of these files. Raises ``Refusal`` as ``ingest`` does."""
    with _writing(warehouse):
        return drafted(warehouse, files, given, progress)


def publish(warehouse: Warehouse, draft: Draft) -> IngestResult:
    """Publish a draft, exactly as it was read.

    Raises ``Refusal`` E27 if the current version is another one by now, else as ``ingest`` does.
    """
    with _writing(warehouse):
        if warehouse.published() != draft.based_on or (draft.imported is not None and not draft.imported.is_kept):
            raise refusal("E27")
        return _publish(warehouse, draft)


def discard(warehouse: Warehouse, draft: Draft) -> None:
    """Forget a draft, and the files that were kept for it alone."""
    with _writing(warehouse):
        known = Received(warehouse)
        for document_id, _, _ in draft.received:
            if document_id not in known:
                warehouse.forget_original(document_id)
        Journal(warehouse.folder).clear()


@contextmanager
def _writing(warehouse: Warehouse) -> Iterator[None]:
    """The warehouse's lock; a full disk becomes E10."""
    with warehouse.writing():
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise refusal("E10") from error
            raise
        except duckdb.IOException as error:
            raise refusal("E10") from error


def _publish(warehouse: Warehouse, draft: Draft) -> IngestResult:
    journal = Journal(warehouse.folder)
    version = warehouse.current()
    tables = draft.imported
    if draft.papers or tables is not None:
        now = datetime.now(UTC).replace(tzinfo=None)
        documents = [
            DocumentRow(p.document_id, p.file_name, p.size, now, o.outcome, o.reason_code, o.reason)
            for p, o in zip(draft.papers, draft.outcomes, strict=True)
        ]
        waiting = [
            WaitingRow(p.document_id, told)
            for p, o in zip(draft.papers, draft.outcomes, strict=True)
            for told in p.prose
            if o.outcome == "refused"
        ]
        accepted: set[str] = set()

        def change(connection: duckdb.DuckDBPyConnection) -> None:
            if draft.papers:
                load(connection, documents, waiting, _rows(warehouse, journal, draft.claims))
            if tables is not None:
                tables.load(connection, now)
            if reviews := [one for paper in draft.papers for one in paper.reviews]:
                worksheet.load(connection, reviews)
            roster.match(connection, vocabulary.load())
            accepted.update(acceptance.apply(connection, warehouse.folder))

        detail = _counted(o.outcome for o in (*documents, *(tables.told() if tables is not None else ())))
        opinions = [one for paper in draft.papers for one in paper.opinions]
        if opinions:
            add(warehouse.folder, opinions)
        try:
            version = warehouse.publish(change, "ingest", detail)
        except CheckFailed as error:
            _LOG.exception("the new version was not published")
            raise refusal("E12", "发布前检查未通过") from error
        draft = replace(draft, result=_with_accepted(draft.result, accepted))
    journal.clear()
    return replace(draft.result, version=version)


def _with_accepted(result: IngestResult, accepted: Set[str]) -> IngestResult:
    """The reports that a standing decision of a person accepts, told so."""
    reports = tuple(replace(r, status="accepted") if r.report_id in accepted else r for r in result.reports)
    return replace(result, reports=reports)


def _counted(outcomes: Iterable[str]) -> str:
    counts = Counter(outcomes)
    words = {"accepted": "入库", "review": "待复核", "refused": "退回"}
    return ",".join(f"{word} {counts[outcome]} 份" for outcome, word in words.items() if counts[outcome])


def _rows(warehouse: Warehouse, journal: Journal, claims: Sequence[Claim]) -> Iterator[list[ReportRow]]:
    """The reports with their rows, some hundred at a time, as the journal holds them."""

    def all_rows() -> Iterator[ReportRow]:
        for _, same in groupby(claims, key=lambda c: (c.document_id, c.prose_documents)):
            of_one = list(same)
            reading = replied(warehouse, journal, of_one[0]).reading
            for c in of_one:
                if reading is None or c.index >= len(reading.submissions):
                    raise refusal("E27")
                yield _row(c, ReportRow(reading.submissions[c.index], c.document_id, attached=c.attached))

    rows = all_rows()
    while chunk := list(islice(rows, _AT_ONCE)):
        yield chunk


def _row(claimed: Claim, row: ReportRow) -> ReportRow:
    """A row as claimed: contested ones carry that doubt and are not current."""
    if not claimed.contested:
        return row
    doubt = problem("DUPLICATE_IN_BATCH", row.submission.unit, row.submission.place)
    return replace(
        row, submission=replace(row.submission, problems=(*row.submission.problems, doubt)), is_current=False
    )
