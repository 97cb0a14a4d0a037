"""Which files make one report: its table (自评表), its prose (报告), a signed scan (盖章件), copies (副本).

Files that say the same of a report are one report; where they differ all are for review and none is current. Prose
without a table belongs to the one report of its unit, year, form and project. A scan says nothing: it belongs to a
report only where its name holds the unit, or where its folder holds nothing else than that report. The order in which
files arrive does not matter: what found no report waits for one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data.batch.papers import Claim, Files, Paper, Role, compared
from data.normalise import search_key
from data.submission import Identity

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_GENERIC = re.compile(
    r"盖章|签章|公章|扫描|附件|件|版|最终|正式|终稿|定稿|部门|单位|整体|支出|预算|绩效|自我|自评|评价|报告|情况|表|书|及|的|"
    r"年度?|scan|pdf|[\W\d_]"
)


@dataclass(frozen=True, slots=True)
class Kin:
    """A report of the current version that files of the batch may belong to."""

    report_id: str
    document_id: str
    identity: Identity
    year_given: bool
    region_given: bool
    attached: Files
    entered: bool = False
    """Completed by hand: it is not read again, and takes no prose of others."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file refused earlier that has found no report yet: prose of one, or a scan (``identity`` None)."""

    document_id: str
    file_name: str
    size: int
    identity: Identity | None


Attachments = Mapping[str, Files]


def settled(papers: Iterable[Paper]) -> list[Claim]:
    """One claim for each report of the batch, copies attached; all claims where files differ, contested."""
    claims: dict[str, list[Claim]] = {}
    for paper in papers:
        for claim in paper.claims:
            claims.setdefault(claim.report_id, []).append(claim)
    found: list[Claim] = []
    for same in claims.values():
        documents = {claim.document_id for claim in same}
        if len(documents) == len(same) and len({claim.figures for claim in same}) == 1:
            best = min(same, key=lambda c: (len(c.doubts) > 0, not c.has_prose, c.outcome.problems))
            copies: list[tuple[str, Role]] = [(c.document_id, "副本") for c in same if c is not best]
            found.append(replace(best, attached=tuple(copies)))
        else:
            found += [contested(claim) for claim in same]
    return found


def contested(claim: Claim) -> Claim:
    """A claim that another file of the batch contradicts."""
    outcome = replace(claim.outcome, status="review", problems=claim.outcome.problems + 1)
    return replace(claim, contested=True, outcome=outcome)


def attachments(
    papers: Sequence[Paper],
    claims: Sequence[Claim],
    kin: Sequence[Kin],
    waiting: Sequence[Waiting],
    in_folder: Mapping[str, int],
) -> Attachments:
    """report_id -> files that belong to it: of the batch, waiting in the current version, and those it had before.

    ``in_folder`` counts the files of each folder of the batch, read or known before.
    """
    claimed = {c.report_id: c for c in claims if not c.contested and not c.entered}
    entered = {c.report_id for c in claims if not c.contested and c.entered}
    known = {k.report_id: k for k in kin if not k.entered and k.report_id not in {c.report_id for c in claims}}
    reports = {i: c.identity for i, c in claimed.items()} | {i: k.identity for i, k in known.items()}
    found: dict[str, list[tuple[str, Role]]] = {}
    for paper in papers:
        for told in paper.prose:
            if (report_id := _by_identity(compared(told), reports)) is not None:
                found.setdefault(report_id, []).append((paper.document_id, "报告"))
    for paper in papers:
        if paper.is_scan:
            owner = _by_name(paper.file_name, paper.folder, reports, claimed)
            owner = owner or _by_folder(paper, papers, claimed, found, in_folder)
            if owner is not None:
                found.setdefault(owner, []).append((paper.document_id, "盖章件"))
    in_batch = {paper.document_id for paper in papers}
    for file in waiting:
        if file.document_id in in_batch:
            continue
        owner = _by_identity(file.identity, reports) if file.identity else _by_name(file.file_name, "", reports, {})
        if owner in claimed:
            found.setdefault(owner, []).append((file.document_id, "报告" if file.identity else "盖章件"))
    for before in kin:
        if before.report_id in claimed or before.report_id in found or before.report_id in entered:
            new = found.setdefault(before.report_id, [])
            roles = {role for _, role in new}
            new += [(i, role) for i, role in before.attached if role != "副本" and role not in roles]
    return {report_id: tuple(sorted(set(files))) for report_id, files in found.items() if files}


def _by_identity(told: Identity, reports: Mapping[str, Identity]) -> str | None:
    """The one report an identity fits; ``None`` where there are none or several."""
    fitting = [
        report_id
        for report_id, report in reports.items()
        if (report.unit, report.fiscal_year, report.form) == (told.unit, told.fiscal_year, told.form)
        and (not told.subject or told.subject == report.subject)
        and (None in (told.region_code, report.region_code) or told.region_code == report.region_code)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _by_name(name: str, folder: str, reports: Mapping[str, Identity], claimed: Mapping[str, Claim]) -> str | None:
    """The one report whose unit a file name holds; a year there must be its own, else it must be of the batch."""
    key = search_key(name)
    years = {int(y) for y in _YEAR.findall(name)} or {int(y) for y in _YEAR.findall(folder.rsplit("/", 1)[-1])}
    named = {i: r for i, r in reports.items() if r.unit in key and (r.fiscal_year in years or not years)}
    longest = max((len(r.unit) for r in named.values()), default=0)
    best = [i for i, r in named.items() if len(r.unit) == longest]
    if len(best) != 1 or len(years) > 1 or not all(r.unit in named[best[0]].unit for r in named.values()):
        return None
    return best[0] if years or best[0] in claimed else None


def _by_folder(
    paper: Paper,
    papers: Sequence[Paper],
    claimed: Mapping[str, Claim],
    found: Mapping[str, Sequence[tuple[str, Role]]],
    in_folder: Mapping[str, int],
) -> str | None:
    """The report of a folder that holds nothing but it and this scan, whose name says nothing else."""
    inside = [p for p in papers if p.folder == paper.folder]
    others = [p for p in inside if p is not paper]
    reports = {claim.report_id for p in others for claim in p.claims}
    owner = next(iter(reports)) if len(reports) == 1 else None
    if owner not in claimed or owner is None or len(inside) != in_folder.get(paper.folder):
        return None
    attached = {document_id for document_id, _ in found.get(owner, ())}
    if not all(p.claims or p.document_id in attached for p in others):
        return None
    name = paper.file_name.rsplit("/", 1)[-1]
    report = claimed[owner].identity
    rest = _GENERIC.sub("", search_key(name.rsplit(".", 1)[0]))
    years = {int(y) for y in _YEAR.findall(name)}
    return owner if rest in report.unit and years <= {report.fiscal_year} else None


def lacks_report(paper: Paper, found: Attachments) -> bool:
    """Whether some of what a document without a table holds has found no report."""
    reports = Counter(document_id for files in found.values() for document_id, _ in files)
    return reports[paper.document_id] < max(len(paper.prose), 1)
