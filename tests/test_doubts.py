"""The lane 提取存疑 through ``app.py``: every doubt, its line, its leaf, what can be done about it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics import doubts
from analytics.filters import Filters
from data.batch.uploads import ingest_uploads
from data.warehouse import Warehouse
from tests.opened import opened
from tests.reports import LEAVES, report
from tests.visitors import LOCAL

IN_REVIEW = report((*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "")), total=None)
PROVED = report((*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "")), unit="南京市江宁区水务局")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in review, one with a proved score, one without doubts, and a file that was refused."""
    made = tmp_path_factory.mktemp("kept") / "w"
    files = {
        "a.txt": IN_REVIEW,
        "b.txt": PROVED,
        "c.txt": report(unit="南京市玄武区统计局"),
        "无年度.txt": report(unit="南京市玄武区财政局", title="部门整体支出绩效自评价报告"),
    }
    ingest_uploads(Warehouse(made), [(name, text.encode()) for name, text in files.items()], LOCAL)
    return made


@pytest.fixture
def reports(folder: Path, kept: Path) -> Path:
    return Path(shutil.copytree(kept, folder, dirs_exist_ok=True))


def subheaders(app: AppTest) -> list[str]:
    return [str(e.value) for e in app.subheader]


def report_ids(folder: Path) -> dict[str, str]:
    with Warehouse(folder).cursor() as cursor:
        return dict(cursor.execute("select unit, report_id from report").fetchall())


def test_doubts_stand_by_report_and_code_those_in_review_first(reports: Path) -> None:
    app = opened("ingest", "manage")
    assert "提取存疑：2 份报告 3 条，1 份待复核" in subheaders(app)
    shown = app.dataframe[0].value
    assert shown[["unit", "state", "degree", "code", "rows"]].values.tolist() == [
        ["南京市玄武区商务局", "待复核", "须确认", "SCORE_MISSING", 1],
        ["南京市玄武区商务局", "待复核", "待核", "TOTAL_MISSING", 1],
        ["南京市江宁区水务局", "已入库", "待核", "SCORE_INFERRED", 1],
    ]
    assert "退回文件：1 个，待补录 1 个" in subheaders(app)
    assert app.dataframe[1].value["reason_code"].tolist() == ["E07"]


def test_filters_narrow_the_doubts(reports: Path) -> None:
    app = opened("ingest", "manage", region="320115")
    assert "提取存疑：1 份报告 1 条，0 份待复核" in subheaders(app)
    app = opened("ingest", "manage", unit="南京市玄武区统计局")
    assert "提取存疑：当前范围内没有记录" in subheaders(app)


def opened_at(reports: Path, code: str) -> AppTest:
    """The page with a doubt of 商务局 open."""
    report_id = report_ids(reports)["南京市玄武区商务局"]
    with Warehouse(reports).cursor() as cursor:
        found = doubts.table(cursor, Filters())
    number = str(found.loc[found["code"] == code, "number"].iloc[0])
    return opened("ingest", "manage", report=report_id, code=code, doubt=number)


def test_a_doubt_shows_its_line_and_leads_to_its_leaf_also_in_review(reports: Path) -> None:
    app = opened_at(reports, "SCORE_MISSING")
    assert "企业满意度\t10" in app.code[0].value
    app.button(key="open-leaf").click().run()
    assert not app.exception
    assert [e.value for e in app.title] == ["部门画像"]
    assert "南京市玄武区商务局 2024：企业满意度" in subheaders(app)
    assert "该报告待复核，未纳入比较。" in [c.value for c in app.caption]


def test_a_doubt_that_concerns_no_leaf_leads_to_its_unit(reports: Path) -> None:
    app = opened_at(reports, "TOTAL_MISSING")
    assert app.button(key="open-leaf").label == "打开部门画像"
    app.button(key="open-leaf").click().run()
    assert not app.exception
    assert [e.value for e in app.title] == ["部门画像"]


def test_a_report_in_review_is_accepted_on_the_page_and_that_is_taken_back(reports: Path) -> None:
    report_id = report_ids(reports)["南京市玄武区商务局"]
    app = opened("ingest", "manage", report=report_id)
    accept = next(b for b in app.button if b.label == "确认按原文入库，参与比较")
    accept.click().run()
    assert "E32" in app.error[0].value
    next(t for t in app.text_input if t.label == "姓名").input("王五")
    next(t for t in app.text_input if t.label == "理由").input("已核对原件")
    next(b for b in app.button if b.label == "确认按原文入库，参与比较").click().run()
    assert not app.exception
    assert "提取存疑：2 份报告 3 条，0 份待复核" in subheaders(app)
    assert "已由 王五 确认：已核对原件" in [c.value for c in app.caption]
    assert app.dataframe[0].value["state"].tolist().count("经王五确认") == 2
    assert [b.label for b in app.button if b.label == "撤销确认"] == ["撤销确认"]


def test_the_samples_show_their_doubts_and_nothing_to_decide(folder: Path) -> None:
    app = opened("ingest", "manage")
    assert app.dataframe[0].value["unit"].nunique() > 0
    with Warehouse(folder / "samples", "samples").cursor() as cursor:
        first = doubts.table(cursor, Filters())["report_id"].iloc[0]
    app = opened("ingest", "manage", report=first)
    assert [b.label for b in app.button if "确认" in b.label] == []
