"""Every export, walked: a unit marked 涉密 is in none of them, whatever the format, whoever else names it."""

from __future__ import annotations

import importlib
import io
import pkgutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import analytics
from analytics import checks as rules
from analytics import department, drilldown, executed, execution, findings, heat, overview, progress
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from analytics.view import Made, View
from data.submission import Refusal
from data.units import roster
from data.units.roster import RosterRow
from data.vocabulary import Vocabulary
from data.warehouse import Warehouse
from exports import anonymous
from exports.byhand import completion, letters, worksheets
from exports.report import remade
from exports.report.formats import FORMATS
from exports.report.spec import ReportSpec, prepare
from exports.source import Source
from exports.tables.public import INTERCHANGE_TABLES, PUBLIC_TABLES, export_table
from exports.tables.signals import export_signals
from exports.views.sheets import sheets
from exports.views.slides import slides
from tests.checked import publish
from tests.reports import LEAVES
from tests.reports import report as text

OPEN, OTHER, SECRET = "南京市玄武区商务局", "南京市玄武区教育局", "南京市玄武区特勤处"
UNITS = (OPEN, OTHER, SECRET)
SOURCE = Source("本单位数据", "v000002", "2024", "全部区划", "2025-01-01")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, words: Vocabulary) -> Warehouse:
    """Three units in two years, the later with a score above its rule, the earlier doubtful; the third unit is 涉密 and
    named in the prose of the first."""
    made = Warehouse(tmp_path_factory.mktemp("leaves") / "own")
    printed = [(*leaf, "85%", "得分=执行率×权重") if "预算执行率" in leaf else (*leaf, "", "") for leaf in LEAVES]
    header = ("一级指标", "二级指标", "三级指标", "分值", "得分", "完成值", "评分规则")
    doubtful = (*LEAVES[:4], ("产出", "产出数量", "重点工作办结率", "30", ""), *LEAVES[5:])
    prose = f"四、存在的问题\n与{SECRET}共同承担的工作进展较慢。"
    texts = [text(printed, unit=unit, header=header, prose=prose if unit == OPEN else "") for unit in UNITS]
    earlier = "2023年度部门整体支出绩效自评价报告"
    texts += [text(doubtful, unit=unit, title=earlier, total=None) for unit in (OTHER, SECRET)]
    publish(made, *texts)

    def marked(connection: Any) -> None:
        rows = [RosterRow(2024, "320102", unit, str(n), classified=unit == SECRET, department="某局")
                for n, unit in enumerate(UNITS)]  # fmt: skip
        roster.load(connection, rows)
        roster.match(connection, words)

    with made.writing():
        made.publish(marked, "ingest", "")
    return made


def inside(content: bytes) -> Iterator[bytes]:
    """The bytes of a file, and of what is packed in it."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        archive = zipfile.ZipFile(io.BytesIO(content))
        for name in archive.namelist():
            yield name.encode()
            yield from inside(archive.read(name))


def names(content: bytes, unit: str) -> bool:
    return any(unit.encode() in part for part in inside(content))


def table(kept: Warehouse, folder: Path, name: str, ending: str, dataset: str | None) -> bytes:
    out = folder / f"{name}{ending}"
    with kept.cursor() as cursor:
        export_table(cursor, name, out, dataset)
    if ending == ".parquet":
        return str(pq.read_table(out).to_pylist()).encode()
    return out.read_bytes()


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_no_public_table_and_no_interchange_table_holds_it(kept: Warehouse, tmp_path: Path, ending: str) -> None:
    found = {}
    for dataset, tables in ((None, PUBLIC_TABLES), ("own", INTERCHANGE_TABLES)):
        for name in tables:
            found[name, dataset] = table(kept, tmp_path, name, ending, dataset)
    assert [key for key, content in found.items() if names(content, SECRET)] == []
    assert names(found["report", None], OPEN) and names(found["roster", "own"], OTHER)
    assert names(found["narrative", None], "（不列示单位）"), "others say the name, and keep what they say beside it"


def test_counts_of_tables_are_those_of_the_other_units(kept: Warehouse, tmp_path: Path) -> None:
    for name, rows in (("report", 3), ("leaf_score", 21), ("roster", 2), ("document", 3), ("report_document", 3)):
        content = table(kept, tmp_path, name, ".csv", None).decode("utf-8-sig")
        assert content.count("\r\n") == rows + 1, name


def test_no_standard_set_in_any_format_holds_it(kept: Warehouse) -> None:
    for ending, form in FORMATS.items():
        with kept.cursor() as cursor:
            content = form(cursor, prepare(cursor, kept, 2, ReportSpec()))
        assert not names(content, SECRET), ending
        assert ending == ".docx" or names(content, OTHER), "the briefing names nobody"


def test_no_letter_no_work_sheet_no_evidence_holds_it(kept: Warehouse, tmp_path: Path) -> None:
    with kept.cursor() as cursor:
        units = [u for (u,) in cursor.execute("select unit_id from report").fetchall()]
        export_signals(cursor, 2024, tmp_path / "signals.csv")
    files = {
        "letters": letters.archive(kept, 2, Filters(), SOURCE),
        "worksheets": worksheets.archive(kept, 2, units, 2024, SOURCE),
        "signals": (tmp_path / "signals.csv").read_bytes(),
    }
    assert [name for name, content in files.items() if names(content, SECRET)] == []
    assert all(names(content, OTHER) for content in files.values())


def test_no_sheet_to_complete_holds_it(kept: Warehouse) -> None:
    with kept.cursor() as cursor:
        files = list(completion.every(kept, cursor))
        (secret,) = cursor.execute(
            "select report_id from report where unit = $1 and status = 'review'", [SECRET]
        ).fetchall()[0]
        with pytest.raises(Refusal) as refused:
            completion.of_report(cursor, secret)
    assert refused.value.code == "E49"
    assert len(files) == 1 and names(files[0][1], OTHER)
    assert not any(names(content, SECRET) or SECRET in name for name, content in files)


def test_the_received_file_of_a_marked_unit_is_known_so_that_no_page_offers_it(kept: Warehouse) -> None:
    with kept.cursor() as cursor:
        marked = set(anonymous.classified_documents(cursor))
        of_marked = cursor.execute(
            "select document_id from report_document join report using (report_id) where unit = $1", [SECRET]
        ).fetchall()
    assert marked == {document for (document,) in of_marked} and len(marked) == 2


def as_shown(kept: Warehouse) -> dict[str, Callable[[Any], View]]:
    """What pages show, made as pages make it, 涉密 units and all."""
    return {
        "overview.units_view": lambda c: overview.units_view(overview.units(c, Filters()), Filters()),
        "drilldown.view": lambda c: drilldown.view(
            drilldown.table(c, Filters(), DrillPath("过程", "预算执行", "预算执行率")), Filters(),
            DrillPath("过程", "预算执行", "预算执行率"),
        ),
        "heat.view": lambda c: heat.view(heat.table(c, Filters(), "unit"), Filters(), "unit"),
        "executed.view": lambda c: executed.view(
            *(table(c, Filters(), 2024, "adjusted") for table in (executed.units, executed.dots)),
            Filters(), execution.BASES[0], 2024,
        ),
        "findings.rows_view": lambda c: findings.rows_view(
            findings.rows(c, Filters(), findings.Choice(), {}), Filters()
        ),
        "checks.measured_view": lambda c: rules.measured_view(rules.measured(c, Filters()), Filters()),
        "progress.reminder_view": lambda c: progress.reminder_view(*progress_of(c)),
    }  # fmt: skip


def progress_of(cursor: Any) -> Any:
    units, elsewhere, hidden = progress.units(cursor, Filters(), 2024)
    return units, Filters(), 2024, elsewhere, hidden


def test_no_page_exported_holds_it_though_the_page_shows_it(kept: Warehouse) -> None:
    with kept.cursor() as cursor:
        shown = {name: make(cursor) for name, make in as_shown(kept).items()}
        (unit_id,) = cursor.execute("select unit_id from report where unit = $1", [SECRET]).fetchall()[0]
        alone = department.view(department.part(cursor, "leaves", unit_id, 2024), SECRET, 2024).choosing(
            unit_id=unit_id
        )
    assert SECRET in shown["overview.units_view"].table.to_csv(), "the page itself shows it"
    assert [view.made.by for view in shown.values() if view.made] == list(shown)
    made = [view.made for view in (*shown.values(), alone) if view.made]
    views = remade.of_version(kept, 2, made)
    assert len(views) == len(shown), "the page of the unit itself is left out"
    for content in (slides(views, SOURCE), sheets(views, SOURCE)):
        assert not names(content, SECRET) and names(content, OPEN)


def test_a_view_made_again_is_the_view_of_the_page_where_nobody_is_marked(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        for name, make in as_shown(sample_warehouse).items():
            if name.startswith("progress"):
                continue
            shown = make(cursor)
            assert shown.made is not None
            again = remade.remade(cursor, sample_warehouse, sample_warehouse.current() or 0, shown.made)
            assert again is not None
            assert (again.title, again.sentence, again.notes) == (shown.title, shown.sentence, shown.notes), name
            assert again.table.equals(shown.table), name


def test_every_remakable_view_function_is_known_where_views_are_made_again() -> None:
    marked = set()
    for found in pkgutil.walk_packages(analytics.__path__, "analytics."):
        for name, function in vars(importlib.import_module(found.name)).items():
            remakable = hasattr(function, "__wrapped__") and not hasattr(function, "cache_info")
            if remakable and function.__module__ == found.name:
                marked.add(f"{found.name.removeprefix('analytics.')}.{name}")
    assert len(marked) > 30
    assert marked - set(remade.MAKERS) == set()
    with pytest.raises(KeyError):
        remade.MAKERS[Made("overview.nothing_view", Filters()).by]
