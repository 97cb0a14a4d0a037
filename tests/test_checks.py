"""规则复算与勾稽: what the page says of the samples, decisions taken on it, and a resubmission beside the earlier one."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from analytics import checks, findings, resubmission
from analytics.filters import Filters
from analytics.findings import AGAIN, Choice
from data.decided.decisions import Decision, decide, latest, working_hash
from data.warehouse import Warehouse
from exports.source import Source
from exports.views.sheets import sheets
from exports.views.slides import slides
from tests.asked import ask
from tests.checked import publish
from tests.opened import opened
from tests.reports import LEAVES, report
from tests.visitors import LOCAL


def test_both_directions_stand_beside_each_other(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = findings.summary(cursor, Filters())
        district = findings.summary(cursor, Filters(regions=("320115",)))
    assert (found.reports, found.with_findings) == (4, 4)
    assert (found.over_points, found.under_points) == (pytest.approx(4.03), pytest.approx(1.38))
    assert (district.over_points, district.under_points) == (pytest.approx(0.03), pytest.approx(1.38))
    assert (found.identities, found.holding, found.unknown) == (41, 41, 0)
    view = findings.balance_view(found, Filters())
    assert "偏高合计 4.03 分，偏低合计 1.38 分" in view.title


def test_what_rules_yield_stands_beside_the_self_scores_and_coverage_is_said(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = checks.measured(cursor, Filters(regions=("320115",)))
        view = checks.measured_view(found, Filters())
        coverage = checks.coverage_view(checks.coverage(cursor, Filters()), Filters())
    first = found.iloc[0]
    assert (first["level3"], first["gap"], first["direction"]) == ("预算调整率", -0.98, "偏低")
    assert first["admitted"] == "0.98 至 1.00"
    assert "1 项自评偏高，3 项自评偏低" in view.title
    assert "160 项三级指标" in coverage.title
    with sample_warehouse.cursor() as cursor:
        title = checks.measured_view(checks.measured(cursor, Filters()), Filters()).title
    assert title.endswith("5 项自评偏高，3 项自评偏低，3 项不在可得分之列")


def test_the_page_is_exported_as_slides(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = findings.summary(cursor, Filters())
        views = [
            findings.balance_view(found, Filters()),
            findings.checks_view(findings.part(cursor, "by_check", Filters()), Filters()),
            findings.rows_view(findings.rows(cursor, Filters(), Choice(), {}), Filters()),
            checks.measured_view(checks.measured(cursor, Filters()), Filters()),
            findings.identities_view(findings.part(cursor, "identities", Filters()), found, Filters()),
        ]
    deck = Presentation(BytesIO(slides(views, Source("公开示例", "v000001", "2024", "全部区划", "2026-01-01"))))
    assert sum(shape.has_chart for slide in deck.slides for shape in slide.shapes) == 2
    words = "".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    assert "自评偏高合计 4.03 分，偏低合计 1.38 分" in words


def test_every_check_stands_in_the_table_also_where_it_found_nothing(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        by_check = findings.part(cursor, "by_check", Filters())
        nowhere = findings.part(cursor, "by_check", Filters(years=(2019,)))
    assert len(by_check) == len(nowhere)
    assert nowhere["findings"].sum() == 0
    assert by_check["when_empty"].str.len().min() > 5
    assert findings.checks_view(nowhere, Filters()).table.empty
    assert len(findings.catalogue_table(by_check)) == len(by_check)


def test_the_list_is_narrowed_by_check_direction_and_state(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        every = findings.rows(cursor, Filters(), Choice(), {})
        under = findings.rows(cursor, Filters(), Choice(direction="偏低"), {})
        gaps = findings.rows(cursor, Filters(), Choice(check="rule_gap"), {})
        first, second = gaps.iloc[0], gaps.iloc[1]
        decided = {
            first["item"]: Decision(
                1, first["item"], working_hash(first["working"]), "采纳", "r", "张三", "2026-01-02"
            ),
            second["item"]: Decision(2, second["item"], "other", "已退回", "r", "张三", "2026-01-02"),
        }
        open_ = findings.rows(cursor, Filters(), Choice(state="待核"), decided)
        accepted = findings.rows(cursor, Filters(), Choice(state="采纳"), decided)
        returned = findings.rows(cursor, Filters(), Choice(state="已退回"), decided)
        none = findings.rows(cursor, Filters(), Choice(state="已整改"), decided)
    assert set(under["direction"]) == {"偏低"}
    assert set(gaps["check_id"]) == {"rule_gap"}
    assert len(open_) == len(every) - 2
    assert accepted["state"].tolist() == ["采纳"]
    assert returned["state"].tolist() == [f"已退回（{AGAIN}）"]
    assert none.empty
    assert any(AGAIN in note for note in findings.rows_view(returned, Filters()).notes)


@pytest.fixture
def resubmitted(own: Warehouse) -> Warehouse:
    """A report whose satisfaction had full marks without a number, and its second submission with less."""
    full = [*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "10")]
    publish(own, report(full, total="95"))
    publish(own, report([("决策", "目标设定", "绩效目标合理性", "10", "9"), *LEAVES[1:]], total="93.5"))
    return own


def test_a_resubmission_stands_beside_the_earlier_one(resubmitted: Warehouse) -> None:
    with resubmitted.cursor() as cursor:
        (unit,) = cursor.execute("select unit_id, fiscal_year from report").fetchall()
        ((words, (report_id, before, after)),) = resubmission.pairs(resubmission.submissions(cursor, *unit)).items()
        totals, leaves, changed = (
            resubmission.part(cursor, name, report_id, before, after) for name in ("totals", "leaves", "findings")
        )
    assert "第 1 次" in words
    assert "第 2 次" in words
    assert [(r.level3, r.change, r.before_score, r.after_score, r.moved) for r in leaves.itertuples()] == [
        ("绩效目标合理性", "改动", 10, 9, -1),
        ("企业满意度", "改动", 10, 9.5, -0.5),
    ]
    assert "第 1 次报送总计 95.00，第 2 次 93.50" in resubmission.leaves_view(totals, leaves).title
    assert changed[changed["change"] == "已消除"]["check_name"].tolist() == ["满意度得满分而表内无调查数值"]
    assert "已消除 1 条" in resubmission.findings_view(changed).title


def test_one_submission_has_nothing_to_be_compared_with(own: Warehouse) -> None:
    publish(own, report())
    with own.cursor() as cursor:
        (unit,) = cursor.execute("select unit_id, fiscal_year from report").fetchall()
        assert resubmission.pairs(resubmission.submissions(cursor, *unit)) == {}


def test_a_decision_taken_on_the_page_is_kept_and_shown(folder: Path) -> None:
    warehouse = Warehouse(folder / "samples", "samples")
    with warehouse.cursor() as cursor:
        finding_id = str(findings.rows(cursor, Filters(), Choice(check="rule_gap"), {})["item"].iloc[0])
    app = opened("checks")
    assert not app.exception
    assert not app.error
    assert [t.value for t in app.title] == ["规则复算与勾稽"]
    assert any(metric.value == "41/41 项" for metric in app.metric)
    app.query_params["finding"] = finding_id
    app.run()
    assert any("测算过程" in m.value for m in app.markdown)
    app.text_input(key="decided-by").set_value("张三")
    app.text_area[0].set_value("请补充依据")
    next(b for b in app.button if b.label == "记录处理").click().run()
    assert not app.error
    (decision,) = latest(warehouse).values()
    assert (decision.finding_id, decision.state, decision.decided_by) == (finding_id, "已退回", "张三")
    assert any("张三：已退回" in caption.value for caption in app.caption)
    decide(warehouse, finding_id, "采纳", "已说明", "李四", LOCAL)
    app.run()
    assert any("李四：采纳" in caption.value for caption in app.caption)


@pytest.mark.parametrize("of_leaf", [True, False])
def test_a_finding_leads_to_its_leaf_where_it_concerns_one(folder: Path, of_leaf: bool) -> None:
    condition = "is not null" if of_leaf else "is null"
    ((finding_id,), *_) = ask(
        Warehouse(folder / "samples"), f"select finding_id from finding where ordinal {condition}"
    )
    app = opened("checks", finding=finding_id)
    assert not app.error
    labels = [b.label for b in app.button]
    assert "查看该单位" in labels
    assert ("查看该三级指标" in labels) == of_leaf


def test_another_reading_is_tried_beside_the_self_score_and_nothing_is_kept(sample_warehouse: Warehouse) -> None:
    kept = "select sum(score), sum(recomputed_low), count(*) from leaf_score"
    with sample_warehouse.cursor() as cursor:
        before = cursor.execute(kept).fetchall()
        report_id, value, weight, score, comparable = cursor.execute(
            """select any_value(report_id), any_value(value), any_value(l.weight), any_value(l.score),
            any_value(r.comparable_score) from leaf_score l join report r using (report_id)
            where dimension = '满意度' and value_unit = '%' group by r.report_key having count(*) = 1"""
        ).fetchall()[0]
        (unit,) = cursor.execute("select unit from report where report_id = $1", [report_id]).fetchone()
        reading = checks.READINGS[0]
        view = checks.tried_view(checks.tried(cursor, Filters(), reading.code), Filters(), reading)
        assert cursor.execute(kept).fetchall() == before
    row = view.table[view.table["unit"] == unit].iloc[0]
    assert row["tried"] == pytest.approx(float(value) / 100 * float(weight))
    assert row["difference"] == pytest.approx(row["tried"] - float(score))
    assert row["tried_score"] == pytest.approx(float(comparable) + row["difference"], abs=0.3)
    assert "不保存" in view.sentence


def test_every_reading_of_the_samples_has_a_table_and_execution_moves_the_total(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        for reading in checks.READINGS:
            table = checks.tried(cursor, Filters(), reading.code)
            assert checks.tried_view(table, Filters(), reading).title.startswith("口径试算")
            assert table["tried_score"].between(0, 110).all()
        found = checks.tried(cursor, Filters(), "execution:adjusted")
    assert ((found["tried_low"] - found["score"]) * (found["tried_score"] - found["comparable_score"]) >= 0).all()


def test_coverage_sums_what_lies_over_and_under_as_the_findings_do(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        coverage = checks.coverage(cursor, Filters())
        found = findings.summary(cursor, Filters())
    assert (coverage["above"].sum(), coverage["below"].sum()) == (
        pytest.approx(found.over_points),
        pytest.approx(found.under_points),
    )


def test_the_working_is_the_same_on_page_slide_and_sheet(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        view = checks.measured_view(checks.measured(cursor, Filters(regions=("320115",))), Filters())
        stored = {w for (w,) in cursor.execute("select working from leaf_score where working is not null").fetchall()}
    source = Source("公开示例", "v000001", "2024", "全部区划", "2026-01-01")
    working = str(view.table["working"].iloc[0])
    assert working == "0.40% × 5%/1% = 2.0%；1 × (1 − 2.0%) = 0.98；按整百分点计为 1.00"
    assert set(view.table["working"]) <= stored
    cells = [str(c) for row in load_workbook(BytesIO(sheets([view], source))).active.values for c in row]
    assert working in cells
    deck = Presentation(BytesIO(slides([checks.slide_view(view)], source)))
    on_slides = {
        cell.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for cell in shape.table.iter_cells()
    }
    assert set(view.table["working"].head(5)) <= on_slides
