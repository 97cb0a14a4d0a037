"""Files -> a draft: each read in a child, put together into reports, judged; nothing is published here.

A document that cannot be read is refused with a code; the others of the batch still load. The same bytes again change
nothing.
"""

from __future__ import annotations

import errno
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from data import vocabulary
from data.batch import together
from data.batch.journal import Journal
from data.batch.papers import Claim, DocumentOutcome, Draft, Files, IngestResult, Paper, ReportOutcome, claim, compared
from data.batch.received import Known, Received
from data.batch.together import Attachments, Kin, Waiting
from data.byhand import completion, opinion, worksheet
from data.codes import problem, refusal
from data.door import archive, sandbox
from data.door.intake import MAX_BYTES, Document, kind_of, printable_name, receive
from data.door.worker import Reply
from data.interchange.arrivals import Arrivals
from data.interchange.load import Imported, imported
from data.normalise import search_key
from data.parse import Given
from data.statements import named
from data.submission import Identity, Refusal
from data.warehouse import Warehouse

Progress = Callable[[int, int, str], None]
_SQL = Path(__file__).with_name("ingest.sql")
_REASONS = 5


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


def drafted(warehouse: Warehouse, files: Sequence[Path | Document], given: Given, progress: Progress | None) -> Draft:
    """A batch as read and judged on top of the current version. To be called while ``writing()``."""
    based_on = warehouse.published()
    journal = Journal(warehouse.folder)
    known, by_hand = Received(warehouse), completion.completed(warehouse)
    outcomes: list[DocumentOutcome] = []
    at: dict[str, int] = {}
    in_folder: Counter[str] = Counter()

    def fresh() -> Iterator[Document]:
        """Documents that have to be read; the others get their outcome here."""
        for found in _documents(files, progress):
            if isinstance(found, DocumentOutcome):
                outcomes.append(found)
                continue
            in_folder[found.folder] += 1
            before = known.get(found.document_id)
            if found.document_id in at or (before is not None and not _worth_rereading(before, given)):
                outcomes.append(_unchanged(found.document_id, found.file_name, before))
                continue
            at[found.document_id] = len(outcomes)
            outcomes.append(DocumentOutcome(found.document_id, found.file_name, "refused", None, None))
            yield found

    papers: list[Paper] = []
    arrivals = Arrivals(warehouse, given, vocabulary.load())
    for document, reply in sandbox.read_all(fresh(), lambda d: journal.read(d, given)):
        if reply.tables:
            try:
                arrivals.add(document, reply.tables, adoptable=not papers)
                warehouse.keep_original(document)
                continue
            except Refusal as refused:
                reply = Reply(None, refused.code, refused.reason)
        elif arrivals.dataset == "simulated" and reply.reading is not None:
            alien = refusal("E14", "模拟数据目录只收导入表")
            reply = Reply(None, alien.code, alien.reason)
        paper = _paper(document, _held(warehouse, completion.finish(warehouse, reply)), given)
        before = known.get(document.document_id)
        if before is not None and paper.claims and _same(_outcome(paper, paper.claims), paper.claims, before, known):
            outcomes[at[paper.document_id]] = _unchanged(paper.document_id, paper.file_name, before)
            continue
        kept = tuple(c for c in paper.claims if (c.report_id, paper.document_id) not in by_hand)
        if paper.claims and not kept and not paper.refusals:
            outcomes[at[paper.document_id]] = _unchanged(paper.document_id, paper.file_name, before)
            continue
        paper = replace(paper, claims=kept)
        warehouse.keep_original(document)
        papers.append(paper)
    claims, found, joined = _assembled(warehouse, journal, papers, in_folder)
    claims = [together.contested(c) if c.report_id in arrivals.claims else c for c in claims]
    unchanged: set[str] = set()
    for paper in papers:
        outcome = _outcome(paper, _speaking_of(paper, claims), not together.lacks_report(paper, found))
        before, own = known.get(paper.document_id), [c for c in claims if c.document_id == paper.document_id]
        if before is not None and _same(outcome, own, before, known) and not any(c.attached for c in own):
            outcome = _unchanged(paper.document_id, paper.file_name, before)
            unchanged.add(paper.document_id)
        outcomes[at[paper.document_id]] = outcome
    new = [(p, outcomes[at[p.document_id]]) for p in papers if p.document_id not in unchanged]
    new += [(p, _outcome(p, _speaking_of(p, claims))) for p in joined]
    claims = [c for c in claims if c.document_id not in unchanged]
    tables = _imported(warehouse, arrivals, claims, known) if arrivals.documents else None
    for told in tables.told() if tables is not None else ():
        about = (told.document.document_id, told.document.file_name)
        outcome = DocumentOutcome(*about, told.outcome, told.reason_code, told.reason)
        outcomes[at[about[0]]] = _unchanged(*about, known.get(about[0])) if told.repeated else outcome
    reports = (*(c.outcome for c in claims), *(tables.reports if tables is not None else ()))
    result = IngestResult(warehouse.current(), tuple(outcomes), reports)
    if tables is not None and all(told.repeated for told in tables.told()):
        tables = None
    return Draft(based_on, tuple(p for p, _ in new), tuple(o for _, o in new), tuple(claims), result, tables)


def _imported(warehouse: Warehouse, arrivals: Arrivals, claims: Sequence[Claim], known: Received) -> Imported:
    """The interchange tables judged beside the documents' reports and those of the current version."""
    held: list[tuple[str]] = []
    if warehouse.current() is not None:
        wanted = {"report_ids": sorted({r.report_id for r in arrivals.reports} - arrivals.claims.keys())}
        with warehouse.cursor() as cursor:
            held = cursor.execute(named(_SQL)["known_reports"], wanted).fetchall()
    before = {d.document_id: known.get(d.document_id) for d in arrivals.documents}
    refused = {i: k.reason for i, k in before.items() if k is not None and k.outcome == "refused" and k.reason}
    return imported(arrivals, frozenset(c.report_id for c in claims), frozenset(i for (i,) in held), refused)


def _documents(files: Sequence[Path | Document], progress: Progress | None) -> Iterator[Document | DocumentOutcome]:
    """The documents of a batch in order, those of zip archives among them; what cannot be read as its outcome."""
    for number, file in enumerate(files, start=1):
        name = file.file_name if isinstance(file, Document) else printable_name(file.name)
        if progress:
            progress(number, len(files), name)
        try:
            document = file if isinstance(file, Document) else receive(_bytes(file), file.name, str(file.parent))
        except OSError:
            unreadable = refusal("E18")
            yield DocumentOutcome("", name, "refused", unreadable.code, unreadable.reason)
            continue
        yield from opened(document)


def opened(document: Document) -> Iterator[Document]:
    """A document, or those inside it where it is a zip archive; an unsound archive stays whole, to be refused."""
    try:
        inside = document.content.startswith(b"PK") and kind_of(document) == "zip"
        if not inside or not sum(1 for _ in archive.files(document.content)):
            yield document
            return
    except Refusal:
        yield document
        return
    for name, content in archive.files(document.content):
        path = f"{document.file_name}/{name}"
        yield receive(content, path, f"{document.folder}/{path}".rsplit("/", 1)[0])


def _bytes(file: Path) -> bytes:
    """The content of a file, one byte more than the limit at most."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(file))
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _worth_rereading(before: Known, given: Given) -> bool:
    """A refused or contested file may pass now; what a person gave may be given otherwise."""
    return (
        before.outcome == "refused"
        or before.reason_code == "DUPLICATE_IN_BATCH"
        or (before.region_open and given.region_code is not None)
        or (before.year_open and given.fiscal_year is not None)
    )


def _same(outcome: DocumentOutcome, claims: Iterable[Claim], before: Known, known: Received) -> bool:
    """Whether a second reading came to the same outcome about the same reports."""
    if (outcome.outcome, outcome.reason) != (before.outcome, before.reason):
        return False
    return sorted({c.report_id for c in claims}) == known.report_ids(before)


def _unchanged(document_id: str, file_name: str, before: Known | None) -> DocumentOutcome:
    refused = before is not None and before.outcome == "refused"
    code, reason = (before.reason_code, before.reason) if before is not None and refused else (None, None)
    return DocumentOutcome(document_id, file_name, "unchanged", code, reason)


def _held(warehouse: Warehouse, reply: Reply) -> Reply:
    """A reply whose opinions and reviews are about findings and leaves that are there; others as they are."""
    try:
        opinion.checked(warehouse, reply.opinions)
        worksheet.checked(warehouse, reply.reviews)
    except Refusal as refused:
        return Reply(None, refused.code, refused.reason)
    return reply


def _paper(document: Document, reply: Reply, given: Given) -> Paper:
    """What a reading found in its document; a failure is a coded refusal of that document."""
    about = (document.document_id, document.file_name, document.folder, len(document.content))
    reading = reply.reading
    if reply.opinions:
        return Paper(*about, (), (), opinions=reply.opinions)
    if reply.reviews:
        return Paper(*about, (), (), reviews=reply.reviews)
    if reading is None:
        return Paper(*about, (), ((reply.code or "", reply.reason or ""),))
    claims = tuple(claim(s, document.document_id, i, given) for i, s in enumerate(reading.submissions))
    refusals = tuple((code, f"{unit}：{why}" if unit else why) for unit, code, why in reading.refusals)
    return Paper(*about, claims, refusals, reading.prose)


def _outcome(paper: Paper, claims: Sequence[Claim], complete: bool = False) -> DocumentOutcome:
    """What becomes of a document; ``complete`` says that all it lacks is in other files."""
    about = (paper.document_id, paper.file_name)
    if paper.refusals and not complete:
        return DocumentOutcome(*about, "refused", paper.refusals[0][0], "；".join(why for _, why in paper.refusals))
    if paper.opinions:
        return DocumentOutcome(*about, "accepted", None, f"核查意见 {len(paper.opinions)} 项")
    if paper.reviews:
        silent = sum(r.silent for r in paper.reviews)
        told = f"复核 {len(paper.reviews)} 项" + (f"，其中 {silent} 项改动得分而未写备注" if silent else "")
        return DocumentOutcome(*about, "accepted", None, told)
    doubts = [p for c in claims for p in c.doubts]
    if doubts:
        reason = "；".join(dict.fromkeys(p.message for p in doubts[:_REASONS]))
        return DocumentOutcome(*about, "review", doubts[0].code, reason)
    if any(c.contested for c in claims):
        doubt = problem("DUPLICATE_IN_BATCH")
        return DocumentOutcome(*about, "review", doubt.code, doubt.message)
    return DocumentOutcome(*about, "accepted", None, None)


def _speaking_of(paper: Paper, claims: Iterable[Claim]) -> list[Claim]:
    """The reports a document is read for: its own, and those it is the prose or a copy of."""
    return [
        c
        for c in claims
        if c.document_id == paper.document_id
        or any(i == paper.document_id and role != "盖章件" for i, role in c.attached)
    ]


# Files that belong together


def _assembled(
    warehouse: Warehouse, journal: Journal, papers: Sequence[Paper], in_folder: Mapping[str, int]
) -> tuple[list[Claim], Attachments, list[Paper]]:
    """The reports of a batch with the files that belong to each, read together with their prose.

    And the files that waited for a report and have found it now.
    """
    claims = together.settled(papers)
    kin, waiting = _current(warehouse, papers, claims)
    found = dict(together.attachments(papers, claims, kin, waiting, in_folder))
    alone = {c.report_id: c for c in claims}
    wanted = [
        replace(alone[i], attached=(*alone[i].attached, *files)) if i in alone else _of_current(kin, i, files)
        for i, files in found.items()
    ]
    read: dict[str, Claim] = {}
    for before, after in sandbox.read_all(wanted, lambda c: _with_prose(warehouse, journal, c)):
        if after is None:
            del found[before.report_id]
        else:
            read[before.report_id] = after
    own = [read.get(c.report_id, c) for c in claims]
    files = {document_id for attached in found.values() for document_id, _ in attached}
    joined = {w.document_id: Paper(w.document_id, w.file_name, "", w.size, (), ()) for w in waiting}
    joined = {i: paper for i, paper in joined.items() if i in files}
    return own + [c for i, c in read.items() if i not in alone], found, list(joined.values())


def _with_prose(warehouse: Warehouse, journal: Journal, claimed: Claim) -> Claim | None:
    """A report read again together with its prose; ``None`` if that no longer gives this report."""
    if not claimed.prose_documents and claimed.index >= 0:
        return claimed
    try:
        reading = replied(warehouse, journal, claimed).reading
    except Refusal:
        return None
    for index, submission in enumerate(reading.submissions if reading is not None else ()):
        found = claim(submission, claimed.document_id, index, claimed.given)
        if found.report_id == claimed.report_id:
            return replace(found, attached=claimed.attached)
    return None


def replied(warehouse: Warehouse, journal: Journal, claimed: Claim) -> Reply:
    """What the child says of a claim's document together with its prose. Raises ``Refusal`` E11 if a file is gone."""
    documents = []
    for document_id in (claimed.document_id, *claimed.prose_documents):
        content = warehouse.original(document_id)
        if content is None:
            raise refusal("E11", "原件缺失")
        documents.append(receive(content, document_id))
    return completion.finish(warehouse, journal.read(documents[0], claimed.given, documents[1:]))


def _of_current(kin: Iterable[Kin], report_id: str, files: Files) -> Claim:
    """A report of the current version that is to be read again with more files."""
    known = next(k for k in kin if k.report_id == report_id)
    told = known.identity
    given = Given(told.fiscal_year if known.year_given else None, told.region_code if known.region_given else None)
    blank = ReportOutcome(report_id, told.unit, None, told.fiscal_year, told.form, "", 0, None, None, 0, 0)
    return Claim(known.document_id, -1, given, told, blank, "", False, (), 0, files)


def _current(warehouse: Warehouse, papers: Sequence[Paper], claims: Sequence[Claim]) -> tuple[list[Kin], list[Waiting]]:
    """Reports of the current version that files of the batch may belong to, and files that may wait for the batch's."""
    if warehouse.current() is None:
        return [], []
    told = [compared(i) for paper in papers for i in paper.prose]
    wanted = {
        "units": sorted({c.identity.unit for c in claims} | {i.unit for i in told}),
        "names": sorted({search_key(paper.file_name) for paper in papers if paper.is_scan}),
    }
    with warehouse.cursor() as cursor:
        kin = cursor.execute(named(_SQL)["kin"], wanted).fetchall()
        waiting = cursor.execute(named(_SQL)["waiting"], {"units": wanted["units"]}).fetchall()
    return (
        [
            Kin(
                row[0],
                row[1],
                compared(Identity(*row[2:7])),
                row[7],
                row[8],
                tuple(zip(row[9], row[10], strict=True)),
                row[11],
            )
            for row in kin
        ],
        [Waiting(row[0], row[1], row[2], Identity(*row[3:]) if row[3] is not None else None) for row in waiting],
    )
