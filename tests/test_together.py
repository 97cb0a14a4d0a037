"""One report in several files: table, prose, signed scan, copies; in any order, in one batch or several."""

from __future__ import annotations

import io
import zipfile
from itertools import permutations
from pathlib import Path

import docx
import pytest

from data.batch.ingest import ingest
from data.warehouse import Warehouse
from tests import formats
from tests.asked import ask
from tests.formats import sheet_of
from tests.reports import LEAVES, report

UNIT, OTHER = "南京市玄武区商务局", "南京市玄武区水务局"
PROSE = (
    "{unit}2024年度部门整体支出绩效自评价报告",
    "填报单位:{unit}",
    "一、部门概况",
    "本单位负责全区商务工作，内设六个科室。",
    "二、预算执行情况",
    "2024年年初预算数为500万元，支出480万元。",
    "三、自评结论",
    "经自评，自评得分{total}分，等级为优。",
)


def prose(total: str = "94.5", unit: str = UNIT, more: tuple[str, ...] = ()) -> bytes:
    """A 报告.docx without an indicator table."""
    document = docx.Document()
    for line in (*PROSE, *more):
        document.add_paragraph(line.format(unit=unit, total=total))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def table(unit: str = UNIT, scores: list[tuple[str, str, str, str, str]] | None = None, total: str = "94.5") -> bytes:
    return formats.xlsx(sheet_of(report(scores or LEAVES, unit=unit, total=total)))


def scan(mark: str = "") -> bytes:
    """A PDF of one page without words."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    body, places = b"%PDF-1.4\n%" + mark.encode() + b"\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    xref = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 4\n0000000000 65535 f \n" + xref + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
    return body + tail % len(body)


def put(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


ROLES = "select d.file_name, x.role from report_document x join report r using (report_id, submission) join document d using (document_id) order by 2, 1"
EVERYTHING = """
select 'budget', item, amount_yuan::varchar, right(locator, 4), place from budget_figure
union all select 'stated', scope || source, value::varchar, right(locator, 4), place from stated_figure
union all select 'narrative', section, text, right(locator, 4), place from narrative
union all select 'leaf', level3, score::varchar, right(locator, 4), place from leaf_score
union all select 'report', status, leaf_total::varchar, grade, null from report
union all select 'problem', code, message, null, null from problem
order by all
"""


def test_prose_and_table_of_one_report_are_one_report_whatever_comes_first(tmp_path: Path) -> None:
    files = [("报告.docx", prose()), ("自评表.xlsx", table()), (f"{UNIT}2024年盖章件.pdf", scan())]
    seen = []
    for number, order in enumerate([[files], *([[f] for f in some] for some in [*permutations(files)][::3])]):
        warehouse = Warehouse(tmp_path / f"w{number}")
        for step, together in enumerate(order):
            for name, content in together:
                put(tmp_path / f"in{number}/{step}", name, content)
            ingest(warehouse, [tmp_path / f"in{number}/{step}"])
        assert ask(warehouse, ROLES) == [
            ("报告.docx", "报告"), (f"{UNIT}2024年盖章件.pdf", "盖章件"), ("自评表.xlsx", "自评表"),
        ], order  # fmt: skip
        assert ask(warehouse, "select distinct outcome from document") == [("accepted",)]
        seen.append(ask(warehouse, EVERYTHING))
    assert all(found == seen[0] for found in seen)
    kinds = [row[0] for row in seen[0]]
    assert (kinds.count("budget"), kinds.count("narrative"), kinds.count("leaf")) == (2, 3, 7)
    assert ("budget", "initial_budget", "5000000.00", "报告.docx 第6段") in [(*row[:3], row[4]) for row in seen[0]]


def test_a_locator_names_the_file_in_which_the_figure_stands(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path / "in", "报告.docx", prose())
    put(tmp_path / "in", "自评表.xlsx", table())
    ingest(own, [tmp_path / "in"])
    documents = dict(ask(own, "select file_name, substr(document_id, 1, 8) from document"))
    assert ask(own, "select locator from budget_figure order by item") == [(f"{documents['报告.docx']}#p6",)] * 2
    assert {str(x[0])[:8] for x in ask(own, "select locator from leaf_score")} == {documents["自评表.xlsx"]}


def test_prose_that_contradicts_the_table_puts_the_report_up_for_review(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path / "in", "报告.docx", prose("97", more=("决策（总分20分，自评得分17分）",)))
    put(tmp_path / "in", "自评表.xlsx", table())
    result = ingest(own, [tmp_path / "in"])
    assert {d.outcome for d in result.documents} == {"review"}
    found = ask(own, "select code, message from problem where code in ('TOTAL_MISMATCH', 'STATED_SCORE_MISMATCH')")
    assert sorted(found) == [
        ("STATED_SCORE_MISMATCH", "正文所述得分与表内得分之和不符：正文决策得分 17，表内合计 19"),
        ("TOTAL_MISMATCH", "总计与各指标得分之和不符：正文所述总分 97，各指标得分合计 94.5"),
    ]
    assert ask(own, "select leaf_total::double from report") == [(94.5,)]


def test_a_score_that_the_table_lacks_is_proved_by_the_prose_file(own: Warehouse, tmp_path: Path) -> None:
    scores = [(*leaf[:4], "") if leaf[2] == "预算执行率" else leaf for leaf in LEAVES]
    sheet = sheet_of(report(scores, total=None))
    put(tmp_path / "in", "自评表.xlsx", formats.xlsx(sheet))
    assert ingest(own, [tmp_path / "in"]).documents[0].outcome == "review"
    put(tmp_path / "in", "报告.docx", prose())
    ingest(own, [tmp_path / "in"])
    assert ask(own, "select score, score_inferred::double from leaf_score where level3 = '预算执行率'") == [(None, 18)]
    assert ask(own, "select status, submission from report") == [("accepted", 2)]


@pytest.mark.parametrize("unit", [UNIT, OTHER])
def test_prose_without_its_report_keeps_its_refusal(own: Warehouse, tmp_path: Path, unit: str) -> None:
    put(tmp_path / "in", "报告.docx", prose(unit=unit))
    if unit == OTHER:
        put(tmp_path / "in", "自评表.xlsx", table())
    result = ingest(own, [tmp_path / "in"])
    assert {d.file_name: d.reason_code for d in result.documents}["报告.docx"] == "E06"
    again = ingest(own, [tmp_path / "in"])
    assert {d.outcome for d in again.documents} == {"unchanged"}


def test_another_units_report_in_the_same_folder_takes_no_scan(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path / "in", "自评表.xlsx", table())
    for name in ("水务局盖章件.pdf", f"{UNIT}2023年盖章件.pdf"):
        put(tmp_path / "in", name, scan(name))
    result = ingest(own, [tmp_path / "in"])
    assert sorted(str(d.reason_code) for d in result.documents) == ["E22", "E22", "None"]
    assert ask(own, ROLES) == [("自评表.xlsx", "自评表")]


def test_a_scan_alone_with_a_report_in_its_folder_belongs_to_it(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path / "in", "甲/自评表.xlsx", table())
    put(tmp_path / "in", "甲/扫描件.pdf", scan())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("乙/自评表.xlsx", table(OTHER))
        archive.writestr("乙/盖章件.pdf", scan("b"))
        archive.writestr("盖章件.pdf", scan("c"))
    put(tmp_path / "in", "水务.zip", stream.getvalue())
    result = ingest(own, [tmp_path / "in"])
    assert {d.file_name: d.reason_code for d in result.documents if d.reason_code} == {"水务.zip/盖章件.pdf": "E22"}
    assert sorted(role for _, role in ask(own, ROLES)) == ["盖章件", "盖章件", "自评表", "自评表"]


def test_a_corrected_table_keeps_the_prose_and_a_corrected_prose_replaces_it(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a/报告.docx", prose()), put(tmp_path, "a/自评表.xlsx", table())])
    corrected = [*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "9")]
    ingest(own, [put(tmp_path, "b/自评表.xlsx", table(scores=corrected, total="94"))])
    assert ask(own, "select submission, status, leaf_total::double from report") == [(2, "review", 94.0)]
    ingest(own, [put(tmp_path, "c/报告.docx", prose("94"))])
    assert ask(own, "select submission, status, leaf_total::double from report") == [(3, "accepted", 94.0)]
    assert ask(own, "select count(*) from narrative") == [(3,)]


def test_of_two_copies_the_one_with_prose_is_read(own: Warehouse, tmp_path: Path) -> None:
    text = report(prose="一、部门概况\n本单位负责全区商务工作。\n")
    put(tmp_path / "in", "自评表.xlsx", table())
    put(tmp_path / "in", "报告及附表.txt", text.encode())
    ingest(own, [tmp_path / "in"])
    assert ask(own, ROLES) == [("自评表.xlsx", "副本"), ("报告及附表.txt", "自评表")]
    assert ask(own, "select section from narrative") == [("部门概况",)]


def test_adding_prose_leaves_the_other_units_of_the_tables_file_as_they_are(own: Warehouse, tmp_path: Path) -> None:
    both = report() + "\n" + report(unit=OTHER)
    ingest(own, [put(tmp_path, "全区.txt", both.encode())])
    ingest(own, [put(tmp_path, "报告.docx", prose())])
    assert sorted(ask(own, "select unit, submission, leaves from report")) == [(UNIT, 2, 7), (OTHER, 1, 7)]


def test_one_file_that_prints_a_report_twice_loads_both_for_review(own: Warehouse, tmp_path: Path) -> None:
    twice = report() + "\n" + report(unit=OTHER) + "\n" + report(total="94")
    result = ingest(own, [put(tmp_path, "a.txt", twice.encode())])
    assert [(d.outcome) for d in result.documents] == ["review"]
    assert ask(own, "select unit from report") == [(OTHER,)]
