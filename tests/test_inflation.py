"""自评质量核查: estimators by hand, exact additivity, and planted acts found through the interchange door."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cli
from analytics.filters import Filters
from analytics.inflation import COLUMNS, agreement, assess, views
from analytics.inflation import draw as drawing
from analytics.inflation import estimators as est
from analytics.inflation.evidence import FAMILIES, add_up, strength
from analytics.inflation.signals import Measured, bases, measure
from analytics.inflation.significance import combined, step_up
from analytics.view import Made
from data.batch.ingest import ingest
from data.batch.uploads import Visitor
from data.decided import draws
from data.simulate import City, write
from data.warehouse import Warehouse
from exports.report import remade, remade_evidence
from tests.conftest import ROOT
from tests.opened import opened, words


def test_normal_scores_are_those_of_the_mid_rank_and_equal_for_equal_values() -> None:
    scores = est.normal_scores(np.array([5.0, 1.0, 1.0]))
    assert scores == pytest.approx([0.9674, -0.4307, -0.4307], abs=1e-4)  # Φ⁻¹(2.5/3), twice Φ⁻¹(1/3)


def test_the_evidence_of_a_family_is_the_mixture_likelihood_ratio() -> None:
    assert strength(np.array([2.0]), 2.0)[0] == pytest.approx(log(1 + 0.1 * (exp(2 * 2 - 2) - 1)))
    assert strength(np.array([np.nan]), 2.0)[0] == 0
    assert strength(np.array([-4.0]), 2.0)[0] > log(0.9)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1)), min_size=1, max_size=40))
def test_a_monotone_fit_is_monotone_and_keeps_the_mean(points: list[tuple[float, float]]) -> None:
    x, y = (np.array(column) for column in zip(*points, strict=True))
    fit = est.monotone(x, y)
    steps = np.diff(fit[np.argsort(x, kind="stable")])
    assert (steps >= -1e-9).all() or (steps <= 1e-9).all()
    assert fit.mean() == pytest.approx(y.mean(), abs=1e-9)


def test_benjamini_hochberg_by_hand() -> None:
    assert step_up(np.array([0.01, 0.5, 0.02])) == pytest.approx([0.03, 0.5, 0.03])


def test_combining_one_p_value_gives_it_back_and_none_gives_one() -> None:
    assert combined(np.array([[0.03, np.nan], [np.nan, np.nan]])) == pytest.approx([0.03, 1.0])


def test_partial_pooling_puts_a_unit_with_all_leaves_full_above_one_with_none_and_shrinks_both() -> None:
    full = np.array([[1.0] * 10, [1.0] * 5 + [0.0] * 5, [0.0] * 10])
    b, sd, _ = est.rasch(full, np.ones_like(full, dtype=bool))
    assert b[0] > b[1] > b[2]
    assert abs(b).max() < 6
    assert (sd > 0).all()


# Posterior means of the units by statsmodels 0.15's BinomialBayesMixedGLM.fit_vb (vcp_p=1, fe_p=2) on the data below.
BY_VB = np.array([
    0.08, 0.679, 1.383, -0.986, -0.661, 1.165, -2.025, 0.679, 0.679, -0.208, -0.084, -0.109, -1.657, -0.34, 0.32, 1.511,
    1.884, 0.992, 0.209, 0.998, -1.222, -1.238, 1.441, -1.141, -0.502, 0.102, 0.647, 0.542, 0.189, 0.189, 0.457, 0.101,
    -2.589, -1.569, 1.181, -1.505, 0.226, -1.695, 1.453, -1.182, -0.163, 1.511, 0.578, 0.104, 0.336, 0.633, -1.086,
    1.006, -0.34, 0.925,
])  # fmt: skip


def test_partial_pooling_agrees_with_a_variational_fit() -> None:
    rng = np.random.default_rng(7)
    able, hard = (rng.random(50) - 0.5) * 3.5, (rng.random(12) - 0.3) * 3
    full = (rng.random((50, 12)) < 1 / (1 + np.exp(-(able[:, None] + hard)))).astype(float)
    b, _, _ = est.rasch(full, rng.random((50, 12)) < 0.9)
    assert np.corrcoef(b, BY_VB)[0, 1] > 0.999
    assert 0.8 < b.std() / BY_VB.std() < 1.2


@given(st.integers(2, 160), st.integers(0, 2**32 - 1))
def test_the_index_is_the_sum_of_its_families_whatever_is_missing(reports: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = [name for family in FAMILIES.values() for name in family.statistics]
    values = pd.DataFrame(rng.normal(0, 10 ** rng.uniform(-3, 3), (reports, len(names))), columns=names)
    values["cut"] = rng.uniform(0, 1, reports)
    values = values.mask(rng.random(values.shape) < rng.random())
    found = add_up(Measured(values, values.notna().astype(float), pd.DataFrame(), pd.DataFrame(), (0.0, 1.0)))
    assert np.abs(found["sii_db"] - sum(found[code] for code in FAMILIES)).max() < 1e-9
    for code, family in FAMILIES.items():
        missing = values[list(family.statistics)].isna().all(axis=1)
        assert (found.loc[missing, code] == 0).all()
        assert (found[code] >= 10 * np.log10(0.9) - 1e-9).all()
    assert (found["coverage"] == sum(found[f"z_{code}"].notna().astype(int) for code in FAMILIES)).all()


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_statistics_of_a_report_are_the_sums_of_its_leaves(planted: tuple[Warehouse, pd.DataFrame], seed: int) -> None:
    rng = np.random.default_rng(seed)
    with planted[0].cursor() as cursor:
        whole = max(bases(cursor, 2024)[0], key=lambda base: len(base.reports))
    kept = whole.leaves[rng.random(len(whole.leaves)) < rng.uniform(0.5, 1)].reset_index(drop=True)
    measured = measure(replace(whole, leaves=kept))
    at = measured.leaves["at"]
    for name in ("rule", "breaches", "evidence", "weights", "jumps", "declared"):
        sums = measured.leaves[f"by_{name}"].groupby(at).sum().reindex(range(len(whole.reports)), fill_value=0.0)
        told = measured.values[name].notna()
        assert np.abs(measured.values.loc[told, name] - sums[told]).max() < 1e-9, name


def test_too_many_totals_just_above_the_cut_off_are_counted() -> None:
    smooth = np.random.default_rng(1).normal(90, 5, 1000)
    moved = np.where((smooth >= 88) & (smooth < 90), 90.2, smooth)
    assert est.excess_above(smooth, 90.0)[1] > 0.05
    share, p, _, _ = est.excess_above(moved, 90.0)
    assert p < 0.001
    assert share > 0.4


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("city")
    made = write(City(seed=5, districts=1, units=130, first_year=2022, years=3), folder)
    warehouse = Warehouse(folder / "warehouse")
    files = [
        f
        for f in sorted(made.folder.glob("*.parquet"))
        if f.stem.startswith(("leaf_score", "narrative", "review_score")) and "2022" not in f.stem
    ]
    ingest(warehouse, files)
    return warehouse, pd.read_parquet(made.truth)


def test_evidence_adds_up_exactly_and_puts_planted_reports_first(planted: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, truth = planted
    with warehouse.cursor() as cursor:
        found = assess(cursor, 2024).reports
    assert abs(found["sii_db"] - sum(found[code] for code in FAMILIES)).max() < 1e-9
    guilty = found["unit"].isin(set(truth.loc[truth["fiscal_year"] == 2024, "unit"]))
    assert 20 < guilty.sum() < 80
    place = found["sii_db"].rank()
    area = (place[guilty].mean() - (guilty.sum() + 1) / 2) / (~guilty).sum()
    assert area > 0.7
    assert (found["rank_low"] <= found["rank_high"]).all()
    assert set(found["priority"]) == {"高", "中", "低"}


def test_points_of_a_report_are_those_of_its_leaves(planted: tuple[Warehouse, pd.DataFrame]) -> None:
    with planted[0].cursor() as cursor:
        found = assess(cursor, 2024)
    sums = found.leaves.groupby("report_id")[["by_gap_high", "by_gap_low", "by_exposure"]].sum()
    told = found.reports.set_index("report_id").loc[sums.index, ["gap_high", "gap_low", "exposure"]]
    assert np.abs(sums.to_numpy() - told.to_numpy(float)).max() < 1e-9
    assert (sums.max() > 0).all()


def test_filters_and_years_before_change_nothing_but_coverage(planted: tuple[Warehouse, pd.DataFrame]) -> None:
    with planted[0].cursor() as cursor:
        alone, both = assess(cursor, 2023).reports, assess(cursor, 2024).reports
    assert (alone["drift"] == 0).all()
    assert alone["coverage"].max() == both["coverage"].max() - 1


def test_signals_writes_one_row_a_report_without_nan(planted: tuple[Warehouse, pd.DataFrame], tmp_path: Path) -> None:
    out = tmp_path / "signals.parquet"
    result = CliRunner().invoke(
        cli.jixiao, ["signals", "--year", "2024", "--out", str(out), "--warehouse", str(planted[0].folder)]
    )
    assert result.exit_code == 0, result.output
    found = pq.read_table(out).to_pandas()
    assert list(found.columns) == list(COLUMNS)
    assert not found.isna().any().any()
    assert found["report_id"].is_unique


def test_below_thirty_peers_there_is_evidence_but_no_rank(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        years = [y for (y,) in cursor.execute("select distinct fiscal_year from report").fetchall()]
        found = pd.concat([assess(cursor, year).reports for year in years])
    assert len(found) == 4
    assert found["rank_low"].isna().all()
    assert not found["significant"].any()
    assert set(found["priority"]) == {"—"}
    assert found[["sii_db", "exposure", "gap_high", "gap_low", *FAMILIES]].notna().all().all()
    assert found["gap_low"].max() > 0.9  # 预算调整率 0.40% scored 0


def test_a_year_without_reports_gives_an_empty_table(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        assert list(assess(cursor, 1999).reports["sii_db"]) == []


@pytest.mark.parametrize("case", ["no_values", "no_rules", "identical", "zero_weights", "all_full", "one"])
def test_odd_populations_give_defined_results(case: str, tmp_path: Path) -> None:
    leaves = pd.DataFrame(
        {
            "fiscal_year": 2024, "region_code": "990101", "unit": f"单位{u:03d}", "form": "部门整体", "ordinal": i + 1,
            "level1": "过程", "level2": "预算执行", "level3": f"指标{i:02d}", "weight": 5.0,
            "score": 5.0 if case in ("identical", "all_full") else 5.0 - ((u * 7 + i) % 3),
            "value_text": None if case == "no_values" else f"{100 - (u + i) % 5}%", "target_text": None,
            "rule_text": None if case == "no_rules" else f"得分=指标{i:02d}×分值",
        }
        for u in range(1 if case == "one" else 40) for i in range(20)
    )  # fmt: skip
    if case == "zero_weights":
        leaves.loc[leaves["ordinal"] <= 2, ["weight", "score"]] = 0.0
    file = tmp_path / "leaf_score.csv"
    leaves.to_csv(file, index=False)
    warehouse = Warehouse(tmp_path / "own")
    result = ingest(warehouse, [file])
    assert result.version is not None, result.documents
    with warehouse.cursor() as cursor:
        found = assess(cursor, 2024).reports
    assert len(found) == (1 if case == "one" else 40)
    numbers = found[["sii_db", "coverage", "q_value", "exposure", "gap_high", "gap_low", *FAMILIES]].astype(float)
    assert np.isfinite(numbers.to_numpy()).all()


@pytest.fixture
def opened_city(planted: tuple[Warehouse, pd.DataFrame], monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(planted[0].folder))
    monkeypatch.chdir(ROOT)
    return planted[0]


PARTS = ("核查优先级", "已核实差异", "统计异常", "待核线索", "单位证据", "分析视图", "抽查", "复核结果")


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_page_is_drawn_with_the_sentence_of_the_year(opened_city: Warehouse, part: str) -> None:
    app = opened("inflation", year="2024", part=part)
    assert not app.exception
    assert not app.error
    with opened_city.cursor() as cursor:
        found = assess(cursor, 2024).reports
    counts = found["priority"].value_counts()
    over, under = int((found["gap_high"] > 0).sum()), int((found["gap_low"] > 0).sum())
    shown = words(app).replace("\\", "")
    assert f"份排核查优先级，高 {counts['高']} 份、中 {counts['中']} 份" in shown
    assert f"{over} 份有自评偏高的指标" in shown and f"{under} 份有自评偏低的指标" in shown
    if part in ("已核实差异", "待核线索"):
        heads = [h.value for h in app.subheader]
        assert [h[:6] for h in heads] == ["自评偏高线索", "自评偏低线索"]
        if part == "已核实差异":
            assert f"自评偏高线索：{over} 份报告" in heads[0] and f"自评偏低线索：{under} 份报告" in heads[1]
    if part == "复核结果":
        with opened_city.cursor() as cursor:
            pairs = agreement.pairs(cursor, 2024)
        whole = agreement.agreements(pairs)[""]
        assert whole.n >= agreement.BIAS_PAIRS and whole.bias is not None
        assert (
            f"自评比复核平均{'高' if whole.bias.value >= 0 else '低'} {abs(whole.bias.value):.2f} 分（{whole.n} 对）"
            in shown
        )
        app.toggle(key="review-fitted").set_value(True).run()
        assert not app.exception and "不作推算" in words(app)
    if part == "核查优先级":
        table = app.dataframe[0].value
        assert list(table["covered"].unique()) != [] and table["covered"].str.startswith("9 类中可用").all()


def test_every_number_of_a_card_leads_to_leaves_with_value_rule_working_and_place(opened_city: Warehouse) -> None:
    with opened_city.cursor() as cursor:
        assessed = assess(cursor, 2024)
        for trace in (*FAMILIES, "gap_high", "gap_low", "exposure"):
            report = assessed.reports.sort_values(trace, ascending=False).iloc[0]
            printed = views.report_leaves(cursor, report["report_id"])
            brought = assessed.leaves[assessed.leaves["report_id"] == report["report_id"]]
            view = views.leaves_view(report, brought, printed, trace, Filters())
            assert 0 < len(view.table) <= len(printed), trace
            assert view.table["place"].notna().all()
            if trace in views.TRACES:
                assert view.table["brings"].sum() == pytest.approx(report[trace], abs=1e-9)
                assert f" {report[trace]:.2f} 分，由 {len(view.table)} 项三级指标合计" in view.title
            if trace in ("gap_high", "gap_low"):
                assert view.table["working"].notna().all() and view.table["rule_text"].notna().all()
    last = views.leaves_view(report, brought, printed, "exposure", Filters())
    app = opened("inflation", year="2024", part="单位证据", report=report["report_id"], trace="exposure")
    assert not app.exception
    assert f"9 类证据可用 {report['coverage']} 类" in words(app)
    assert last.title in words(app).replace("\\", "")


def test_with_few_peers_the_page_ranks_nobody_says_why_and_has_neither_ranking_nor_unusual_ones(
    folder: Path,
) -> None:
    app = opened("inflation", part="核查优先级")
    assert not app.exception
    assert not app.error
    assert "同类不足 30 份，不排核查优先级" in words(app)
    assert "不排先后，也不作统计异常" in words(app)
    options = [list(b.options) for b in app.button_group if "单位证据" in b.options]
    assert options == [["已核实差异", "待核线索", "单位证据", "分析视图", "抽查", "复核结果"]]
    with Warehouse(folder / "samples").cursor() as cursor:
        report_id, finding_id, message = cursor.execute(
            "select report_id, finding_id, message from finding where check_id = 'rule_gap' order by all limit 1"
        ).fetchall()[0]
    app = opened("inflation", part="单位证据", report=report_id, finding=finding_id)
    assert not app.exception
    shown = words(app).replace("\\", "")
    assert message in shown and "处理记录" in shown
    assert "记录处理" in [b.label for b in app.button]


def test_what_the_page_shows_is_made_again_for_a_file(opened_city: Warehouse) -> None:
    with opened_city.cursor() as cursor:
        reports = assess(cursor, 2024).reports
        of = drawing.Draw(2024, 12, 5)
        frame = drawing.frame(cursor, reports, 2024, Filters())
    rows, texts = drawing.draw(of, frame), (drawing.to_json(of), drawing.to_json(frame))
    kept = draws.freeze(opened_city, opened_city.published(), 2024, "5", *texts, rows, "张三", Visitor("127.0.0.1"))
    first = {"report_id": reports.loc[0, "report_id"]}
    choices: list[tuple[str, dict[str, object]]] = [
        ("views.priority_view", {}), ("views.verified_view", {"side": "偏低"}), ("views.significant_view", {}),
        ("views.leads_view", {"side": "偏高"}), ("views.card_view", first), ("views.leaves_view", {**first, "trace": "rule"}),
        ("population.totals_view", {"base": reports.loc[0, "base"]}), ("population.templates_view", {}),
        ("population.deviations_view", {"base": reports.loc[0, "base"]}),
        ("population.flat_view", {"base": reports.loc[0, "base"]}),
        ("reviews.list_for_file", {"number": kept.number}), ("reviews.hits_view", {}),
        ("reviews.agreement_view", {"part": "随机"}), ("reviews.units_view", {"part": "全部"}), ("reviews.fitted_view", {}),
    ]  # fmt: skip
    made = [Made(f"inflation.{by}", Filters(), (("fiscal_year", 2024), *more.items())) for by, more in choices]
    assert {one.by for one in made} == set(remade_evidence.MAKERS)
    found = remade.of_version(opened_city, opened_city.current() or 0, made)
    assert [view.made.by if view.made else "" for view in found] == [one.by for one in made]
    assert "12 户" in found[10].title


def test_the_card_lists_every_signal_and_the_analysis_what_stands_beside(opened_city: Warehouse) -> None:
    app = opened("inflation", year="2024", part="单位证据")
    assert not app.error
    (every,) = [e for e in app.expander if e.label.startswith("各类信号 16 项")]
    rows = every.dataframe[0].value.to_dict("records")
    assert {r["code"] for r in rows} >= {"S1", "S4", "S6", "S9", "S11", "S13"}
    assert {r["state"] for r in rows} <= {"可用", "数据不足", "无资料"}
    app = opened("inflation", year="2024", part="分析视图")
    app.toggle(key="beside").set_value(True).run()
    assert not app.error
    shown = words(app)
    for start in ("尾数：", "完成值离群：", "雷同：", "合计勾稽："):
        assert start in shown, start
