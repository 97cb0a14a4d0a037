"""Interchange: what is exported comes back the same, wrong cells are named, reports are judged as documents are."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import MonkeyPatch

from data import simulate
from data.batch.ingest import discard, ingest, publish, read
from data.door import sandbox
from data.door.intake import receive
from data.door.worker import Reply, Request, answer
from data.interchange.arrivals import Arrivals
from data.interchange.columns import recognised
from data.interchange.judge import leaf, settle
from data.interchange.load import imported
from data.interchange.read import read as interchange_tables
from data.interchange.sources import _unescaped
from data.normalise import not_applicable, number, quantity, target_of
from data.parse import NOTHING_GIVEN
from data.submission import Adjustment, Leaf, Place, Refusal, Scope, StatedFigure
from data.vocabulary import Vocabulary
from data.warehouse import Warehouse
from exports.cells import safe_cell
from exports.tables.public import export_table
from exports.tables.templates import TEMPLATES, template
from tests.asked import ask
from tests.conftest import SAMPLES
from tests.tables import leaf_table

STORED = {"budget_execution": "budget_figure"}
TABLES = ("leaf_score", "adjustment", "stated_figure", "budget_figure", "narrative")
OF_DOCUMENTS = {"locator", "place", "document_id", "report_key", "template_key"}
"""Columns that say where a row stands in its document, or are keys of storage."""


def view(warehouse: Warehouse, name: str) -> list[tuple[object, ...]]:
    """The rows of a public view in an order of their own, without what belongs to the document."""
    with warehouse.cursor() as cursor:
        cursor.execute(f"select * from {name}")
        kept = [d[0] for d in cursor.description if d[0] not in OF_DOCUMENTS]
        found = cursor.execute(f"select {', '.join(kept)} from {name}").fetchall()
    return sorted(found, key=repr)


def exported(
    warehouse: Warehouse, folder: Path, ending: str, dataset: str = "own", tables: Sequence[str] = TABLES
) -> Path:
    with warehouse.cursor() as cursor:
        for table in tables:
            export_table(cursor, table, folder / f"{table}{ending}", dataset)
    return folder


def write(file: Path, header: Sequence[str], *lines: Sequence[object]) -> Path:
    """A csv file."""
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    return file


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".xlsx"])
def test_the_samples_come_back_as_they_were_exported(
    sample_warehouse: Warehouse, own: Warehouse, tmp_path: Path, ending: str
) -> None:
    result = ingest(own, [exported(sample_warehouse, tmp_path / "out", ending, tables=(*TABLES, "roster"))])
    told = {d.file_name: (d.outcome, d.reason) for d in result.documents}
    assert told.pop(f"roster{ending}") == ("accepted", "表内只有列名，没有数据")
    assert list(told.values()) == [("accepted", None)] * len(TABLES)
    assert len(result.reports) == 4
    for name in ("report", *TABLES):
        assert view(own, name) == view(sample_warehouse, name), name
    assert ask(own, "select count(*), count(score_inferred) from leaf_score") == [(160, 6)]


HEAD = ("年度", "区划代码", "单位名称", "一级指标", "二级指标", "三级指标", "分值", "得分", "完成值", "评分规则")
UNIT = (2024, "320115", "南京市江宁区商务局")
LEAVES = (
    (*UNIT, "决策", "目标设定", "绩效目标合理性", 40, 40, "合理", ""),
    (*UNIT, "产出", "产出数量", "重点工作办结率", 60, "", "95.5%", "率×分值"),
)


def answered(text: str | bytes) -> Reply:
    """What the child says of a file."""
    return answer(Request("表.csv"), text.encode() if isinstance(text, str) else text)


def lines(*rows: Sequence[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(*HEAD, "备注"), *LEAVES], "未知的列“备注”"),
        ([[h for h in HEAD if h != "得分"], LEAVES[0][:9]], "缺少“得分”列"),
        ([(*HEAD[:-1], "自评得分"), *LEAVES], "“得分”列出现两次"),
        ([HEAD, (*LEAVES[0][:6], "四十", *LEAVES[0][7:])], "第2行“分值”列：“四十”，不是数字"),
        ([HEAD, LEAVES[0], ("24年", *LEAVES[1][1:])], "第3行“年度”列：“24年”，不是四位年度"),
        ([HEAD, (2024, "320999", *LEAVES[0][2:])], "第2行“区划代码”列：“320999”，不是六位国家标准区划代码"),
        ([HEAD, (2024, "320115", " ", *LEAVES[0][3:])], "第2行“单位名称”列：空白，不能为空"),
        ([HEAD, (*LEAVES[0][:7], "1e9", "", "")], "第2行“得分”列：“1e9”，数值过大"),
        ([HEAD, (*LEAVES[0][:7], "nan", "", "")], "第2行“得分”列：“nan”，不是数字"),
        ([HEAD, LEAVES[0][:8]], "第2行有 8 格，表头有 10 格"),
        ([(*HEAD, "报告总计"), (*LEAVES[0], 90), (*LEAVES[1], 91)], "第3行“报告总计”列：“91.000000”，与同一报告第2行的“90.000000”不同"),
        ([(*HEAD, "序号"), (*LEAVES[0], 1), (*LEAVES[1], "")], "第3行“序号”列：空白，要么全填，要么不设此列"),
        ([("年度", "单位名称", "预算项目", "金额", "金额单位", "数据来源"), (2024, "某局", "年初预算", 1, "元", "某处")], "应为 自评报告、财政数据 之一"),
        ([("年度", "单位名称", "预算项目", "金额", "金额单位", "数据来源"), (2024, "某局", "年初预算", 1, "美元", "财政数据")], "“美元”，应为 元"),
        ([("年度", "单位名称", "预算项目", "金额", "金额单位", "数据来源"), (2024, "某局", "年初预算", 10**7, "亿元", "财政数据")], "第2行“金额”列：“10000000亿元”，数值过大"),
        ([("年度", "单位名称", "全年执行数", "金额单位"), (2024, "甲局", 9_999_999, "亿元"), (2024, "乙局", 10**11, "万元")], "第3行“全年执行数”列：“100000000000万元”，数值过大"),
        ([("年度", "单位名称", "预算项目", "金额", "金额单位", "数据来源"), (2024, "某局", "年初预算", "", "元", "财政数据")], "金额与所印数字至少填一项"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused_by_column_row_and_value(rows: Sequence[Sequence[object]], told: str) -> None:
    reply = answered(lines(*rows))
    assert reply.code == "E40", reply
    assert told in (reply.reason or "")
    assert "Traceback" not in (reply.reason or "")


@pytest.mark.parametrize(
    "header",
    [
        ("年度", "2024", "单位名称", "南京市商务局"),
        ("单位名称", "南京市商务局", "年度", "二〇二四年", "项目名称", "某项目"),
        ("一级指标", "二级指标", "三级指标", "分值", "得分"),
    ],
)
def test_a_report_is_no_interchange_table(header: Sequence[str]) -> None:
    assert recognised(header) is None


@pytest.mark.parametrize("table", TEMPLATES)
def test_every_template_is_recognised_as_its_table_and_says_what_goes_in(table: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(table)))
    sheet, guide = book.worksheets
    header = [cell.value for cell in sheet[1]]
    found = recognised([str(h) for h in header])
    assert found is not None and found.table.name == table
    assert [row[0].value for row in guide.iter_rows(min_row=2, max_row=len(header) + 1)] == header
    assert [(t.table, t.rows) for t in answered(template(table)).tables] == [(STORED.get(table, table), 0)]


@pytest.mark.parametrize("cut", [100, 400, -30])
def test_a_damaged_parquet_file_is_refused(tmp_path: Path, cut: int) -> None:
    leaf_table(tmp_path / "a.parquet", 3)
    content = (tmp_path / "a.parquet").read_bytes()
    damaged = content[:cut] + b"\x00" * 40 + content[cut + 40 :] if cut > 0 else content[:cut] + b"PAR1"
    assert sandbox.read(receive(damaged, "a.parquet")).code in ("E05", "E23", "E40")


@given(
    st.lists(
        st.one_of(
            st.from_regex(r"(≥|不低于|)[0-9]{1,7}(\.[0-9]{1,8})?( ?%|万元|人|年底前|以上|)", fullmatch=True),
            st.sampled_from(["", "不适用", "/", "良好", "1,234.5万元", "1\u3000200人", "２０２４年", "\uff05"]),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
        ),
        min_size=1,
        max_size=60,
    ),
    st.integers(1, 7),
    st.booleans(),
)
def test_texts_mean_the_same_however_parquet_stores_them(texts: list[str], rows: int, coded: bool) -> None:
    """Coded or not, in row groups and batches of any size: each row is what its own text says."""
    n = len(texts)
    table = pa.table(
        {
            "年度": [2024] * n, "单位名称": ["南京市江宁区商务局"] * n, "三级指标": ["工作完成率"] * n,
            "分值": [1] * n, "得分": [1] * n, "完成值": texts, "年度指标值": texts[::-1],
        }
    )  # fmt: skip
    file = io.BytesIO()
    pq.write_table(table, file, row_group_size=3 * rows, use_dictionary=coded)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("data.interchange.sources._BATCH", rows)
        patch.setattr("data.interchange.sources._FEWEST_AT_ONCE", 1)
        patch.setattr("data.interchange.sources._DICTIONARY", 1_000 if coded else 0)
        patch.setattr("data.interchange.sources._CODED_BYTES", 0)
        (found,) = interchange_tables(receive(file.getvalue(), "a.parquet"))
    with pa.ipc.open_stream(found.content) as stream:
        read = stream.read_all().to_pylist()
    assert [r["row"] for r in read] == list(range(1, n + 1))
    for row, text, target in zip(read, texts, texts[::-1], strict=True):
        value, unit = quantity(text.strip())
        assert (row["value_text"], row["value"], row["value_unit"]) == (text.strip() or None, value, unit)
        assert (row["target"], row["direction"]) == target_of(target.strip())
        assert (row["applicability"] == "na") == not_applicable(text.strip())


def test_row_labels_that_pandas_adds_are_left_out_and_said(own: Warehouse, tmp_path: Path) -> None:
    leaf_table(tmp_path / "plain.parquet", 1)
    frame = pd.read_parquet(tmp_path / "plain.parquet")
    labelled = frame.set_axis(pd.Index(range(len(frame), 0, -1)).to_numpy())
    labelled.to_parquet(tmp_path / "labelled.parquet")
    assert pq.read_schema(tmp_path / "labelled.parquet").names[-1] == "__index_level_0__"
    (told,) = ingest(own, [tmp_path / "labelled.parquet"]).documents
    assert (told.outcome, told.reason) == ("accepted", "“__index_level_0__”为未命名的行索引，未读入")
    assert ask(own, "select ordinal, score from leaf_score order by ordinal") == [
        (int(o), s) for o, s in zip(frame["ordinal"], frame["score"], strict=True)
    ]
    labelled.rename_axis("序").to_parquet(tmp_path / "named.parquet")
    (told,) = ingest(own, [tmp_path / "named.parquet"]).documents
    assert told.reason_code == "E40" and "未知的列“序”" in (told.reason or ""), "a name is someone's own column"


def test_memory_that_runs_out_while_a_table_is_read_is_no_damage(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    leaf_table(tmp_path / "a.parquet", 1)

    def full(*_: object, **__: object) -> None:
        raise pa.ArrowMemoryError("malloc failed")

    monkeypatch.setattr("data.interchange.sources._layout", full)
    assert answer(Request("a.parquet"), (tmp_path / "a.parquet").read_bytes()).code == "E23"


def test_tables_with_chinese_headers_meet_in_their_reports(own: Warehouse, tmp_path: Path) -> None:
    """One report that its total proves, one whose weights are 90; roster, finance data, prose and review beside them."""
    short = [(2024, "", "南京市江宁区水务局", *leaf[3:6], *leaf[6:]) for leaf in LEAVES]
    short[1] = (*short[1][:6], 50, 45, *short[1][8:])
    write(
        tmp_path / "in" / "指标.csv",
        (*HEAD, "报告总计"),
        *((*leaf, 95) for leaf in LEAVES),
        *((*leaf, "") for leaf in short),
    )
    listed = (2024, "320115", "南京市江宁区商务局", "115001", "区商务局", "商务系统", "商务", 6091.91, "否")
    write(
        tmp_path / "in" / "名单.csv",
        ("年度", "区划代码", "单位名称", "单位编码", "简称", "主管部门", "条线", "预算规模（万元）", "涉密"),
        listed,
    )
    wide = ("年度", "单位名称", "年初预算数", "全年预算数", "全年执行数", "年末结转结余", "金额单位", "基本/项目")
    write(
        tmp_path / "in" / "执行.csv",
        wide,
        (*UNIT[::2], 100, 120, 110.5, "", "万元", ""),
        (*UNIT[::2], 60, "", 50, 2, "万元", "基本"),
    )
    amount = ("年度", "单位名称", "预算项目", "所印数字", "金额单位", "数据来源")
    own_words = [
        (*UNIT[::2], "支出", "110.50", "万元", "自评报告"),
        (*UNIT[::2], "年初预算", "101.00", "万元", "自评报告"),
    ]
    write(tmp_path / "in" / "金额.csv", amount, *own_words)
    write(tmp_path / "in" / "正文.csv", ("年度", "单位名称", "章节", "正文"), (*UNIT[::2], "存在问题", "=无。"))
    write(
        tmp_path / "in" / "复评.csv", ("年度", "单位名称", "序号", "复评得分", "复评理由"), (*UNIT[::2], 0, 93, "复核")
    )
    result = ingest(own, [tmp_path / "in"])
    assert {d.file_name: d.outcome for d in result.documents} == {
        "指标.csv": "review", "名单.csv": "accepted", "执行.csv": "accepted", "金额.csv": "accepted", "正文.csv": "accepted",
        "复评.csv": "accepted",
    }  # fmt: skip
    assert ask(
        own,
        "select unit, region_code, department, status, leaf_total::double, stated_total::double, comparable_score::double from report order by unit desc",
    ) == [
        ("南京市江宁区水务局", "320115", None, "review", 85.0, None, pytest.approx(94.444444)),
        ("南京市江宁区商务局", "320115", "商务系统", "accepted", 95.0, 95.0, 95.0),
    ]
    assert ask(own, "select code from problem join report using (report_id) where unit like '%水务局' order by code") == [
        ("TOTAL_MISSING",), ("WEIGHT_NOT_100",),
    ]  # fmt: skip
    assert ask(own, "select score::double, score_inferred::double, value::double, value_unit, locator from leaf_score where level3 = '重点工作办结率' and status = 'accepted'") == [
        (None, 55.0, 95.5, "%", ask(own, "select substr(document_id, 1, 8) || '#L3' from document where file_name = '指标.csv'")[0][0]),
    ]  # fmt: skip
    assert ask(own, "select item, amount_yuan::double, source from budget_figure order by source, ordinal") == [
        ("expenditure", 1105000.0, "自评报告"),
        ("initial_budget", 1010000.0, "自评报告"),
        ("initial_budget", 1000000.0, "财政数据"),
        ("adjusted_budget", 1200000.0, "财政数据"),
        ("expenditure", 1105000.0, "财政数据"),
        ("initial_basic_budget", 600000.0, "财政数据"),
        ("basic_expenditure", 500000.0, "财政数据"),
        ("carried_out_basic", 20000.0, "财政数据"),
    ]
    assert ask(own, "select item, difference_yuan::double from budget_disagreement") == [("initial_budget", -10000.0)]
    assert ask(own, "select unit_code, budget_wan::double from roster") == [("115001", 6091.91)]
    assert ask(own, "select text from narrative") == [("=无。",)]
    assert ask(own, "select ordinal, score::double, reason from review_score") == [(0, 93.0, "复核")]
    assert ask(own, "select unit from unit_unmatched") == [("南京市江宁区水务局",)]

    again = ingest(own, [tmp_path / "in"])
    assert {d.outcome for d in again.documents} == {"unchanged"} and again.version == result.version


def test_a_total_that_comes_later_settles_the_report_and_rows_without_a_report_are_refused(
    own: Warehouse, tmp_path: Path
) -> None:
    leaf = write(tmp_path / "in" / "指标.csv", HEAD, *LEAVES)
    header = ("年度", "单位名称", "所指", "名称", "数值")
    total = write(tmp_path / "in" / "合计.csv", header, (*UNIT[::2], "总分", "合计", 95))
    refused = ingest(own, [total])
    assert [(d.outcome, d.reason_code) for d in refused.documents] == [("refused", "E41")]
    assert "第2行：2024 南京市江宁区商务局" in (refused.documents[0].reason or "")
    assert [d.outcome for d in ingest(own, [total]).documents] == ["unchanged"]
    assert ingest(own, [leaf]).reports[0].status == "review"
    assert [d.outcome for d in ingest(own, [total]).documents] == ["accepted"]
    assert ask(
        own, "select status, submission, leaf_total::double, stated_total::double, comparable_score::double from report"
    ) == [("accepted", 1, 95.0, 95.0, 95.0)]
    assert ask(own, "select score_inferred::double from leaf_score order by ordinal") == [(None,), (55.0,)]
    assert ask(own, "select code from problem") == [("SCORE_INFERRED",)]


def test_other_data_sets_and_simulated_regions_do_not_come_in(own: Warehouse, tmp_path: Path) -> None:
    assert ingest(own, [write(tmp_path / "own.csv", (*HEAD, "报告总计"), *((*leaf, 95) for leaf in LEAVES))]).reports
    (tmp_path / "in").mkdir()
    leaf_table(tmp_path / "in" / "a.parquet", 2, dataset="simulated")
    write(tmp_path / "in" / "b.csv", (*HEAD, "数据集"), *((*leaf, "公开示例") for leaf in LEAVES))
    write(tmp_path / "in" / "c.csv", HEAD, *((2024, "990001", *leaf[2:]) for leaf in LEAVES))
    result = ingest(own, [tmp_path / "in"])
    assert [(d.outcome, d.reason_code) for d in result.documents] == [("refused", "E14")] * 3
    assert ask(own, "select count(*) from report") == [(1,)]


def test_an_empty_folder_takes_on_the_simulated_data_set_and_then_takes_tables_only(
    own: Warehouse, tmp_path: Path
) -> None:
    tables = simulate.write(simulate.City(districts=1, units=4, years=1), tmp_path).folder
    assert {d.outcome for d in ingest(own, [tables]).documents} == {"accepted"}
    assert own.dataset == "simulated"
    later = ingest(Warehouse(own.folder, "simulated"), [next(SAMPLES.glob("*.txt"))])
    assert [d.reason_code for d in later.documents] == ["E14"]
    table = write(tmp_path / "in" / "a.csv", (*HEAD, "另一列"), *((*leaf, "") for leaf in LEAVES))
    assert [d.reason_code for d in ingest(Warehouse(own.folder, "simulated"), [table]).documents] == ["E40"]
    with pytest.raises(Refusal, match="E14"):
        ingest(Warehouse(own.folder, "own"), [tables])


def test_two_tables_that_claim_one_report_are_both_for_review(own: Warehouse, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.csv", (*HEAD, "报告总计"), *((*leaf, 95) for leaf in LEAVES))
    write(tmp_path / "in" / "b.csv", (*HEAD, "报告总计"), *((*leaf, 96) for leaf in LEAVES))
    result = ingest(own, [tmp_path / "in"])
    assert [(d.outcome, d.reason_code) for d in result.documents] == [("review", "DUPLICATE_IN_BATCH")] * 2
    assert ask(own, "select count(*) from report") == [(0,)]


def test_a_preview_of_tables_is_published_as_it_was_read_or_forgotten(own: Warehouse, tmp_path: Path) -> None:
    file = write(tmp_path / "in" / "指标.csv", (*HEAD, "报告总计"), *((*leaf, 95) for leaf in LEAVES))
    draft = read(own, [file])
    assert own.current() is None
    assert [(r.unit, r.leaves, r.inferred) for r in draft.reports_of(draft.received[0][0])] == [(UNIT[2], 2, 1)]
    discard(own, draft)
    assert own.original(draft.received[0][0]) is None
    with pytest.raises(Refusal, match="E27"):
        publish(own, draft)
    result = publish(own, read(own, [file]))
    assert [d.outcome for d in result.documents] == ["accepted"]
    assert ask(own, "select leaf_total::double from report") == [(95.0,)]
    assert not (own.folder / "journal").exists()


def test_reports_judged_as_sets_are_judged_as_one_by_one(own: Warehouse, words: Vocabulary) -> None:
    """400 reports, most with something odd: totals, doubts and proved scores equal those of ``settle`` for each alone."""
    rng = random.Random(7)
    leaves, stated, bonus = [], [], []
    for n in range(400):
        unit = (2024, f"南京市江宁区第{n}局")
        weights = [rng.choice((40, 40, 40, 35, 45, "")) if rng.random() < 0.1 else 40, 30, 30]
        scores = [rng.choice((w, w, "" if w else 1, 0, -1, 50)) if rng.random() < 0.3 else w for w in weights]
        total = sum(s or 0 for s in scores if s != "") + rng.choice((0, 0, 0, 1, 40, 2.5))
        leaves += [
            (*unit, one, "甲", f"指标{i}", w, s)
            for i, (one, w, s) in enumerate(zip("决决产", weights, scores, strict=True))
        ]
        if rng.random() < 0.8:
            stated.append((*unit, "总分", "总计", total))
        if rng.random() < 0.5:
            stated.append((*unit, "一级指标", rng.choice("决产"), rng.choice((30, 70, 69))))
        if rng.random() < 0.3:
            bonus.append(
                (
                    *unit,
                    *rng.choice((("加分", "创新", 1, 2), ("减分", "扣分", 2.5, ""), ("预算执行", "预算执行率", 8, 10))),
                )
            )
    tables = (
        (("年度", "单位名称", "一级指标", "二级指标", "三级指标", "分值", "得分"), leaves),
        (("年度", "单位名称", "所指", "名称", "数值"), stated),
        (("年度", "单位名称", "类别", "名称", "得分", "上限"), bonus),
    )  # fmt: skip
    own.folder.mkdir()
    arrivals = Arrivals(own, NOTHING_GIVEN, words)
    for header, body in tables:
        document = receive(lines(header, *body).encode(), "a.csv")
        arrivals.add(document, interchange_tables(document), adoptable=False)
    verdict = imported(arrivals, frozenset(), frozenset(), {}).verdict
    assert len(verdict.reports) + sum(map(len, verdict.refused.values())) == 400
    place = Place("L2", "第2行")
    by_unit: dict[str, tuple[list[Leaf], list[Adjustment], list[StatedFigure]]] = {}
    for x in leaves:
        of = by_unit.setdefault(x[1], ([], [], []))[0]
        of.append(leaf((len(of) + 1, x[2], x[3], x[4], number(str(x[5])), number(str(x[6]))), place))
    for x in stated:
        scope = Scope.TOTAL if x[2] == "总分" else Scope.LEVEL1
        by_unit[x[1]][2].append(StatedFigure(scope, x[3], "表", Decimal(str(x[4])), None, place))
    for x in bonus:
        by_unit[x[1]][1].append(Adjustment(x[2], x[3], number(str(x[4])), number(str(x[5])), None, place))
    seen: set[str] = set()
    for j in verdict.reports:
        of, adjustments, figures = by_unit[j.report.unit]
        alone = settle(of, adjustments, figures, [], place)
        found = sorted(
            p.code
            for p in j.problems
            if p.code not in ("DIMENSION_UNMAPPED", "BUDGET_ROW_IN_TOTAL", "TOTAL_EXCLUDES_BUDGET_ROW")
        )
        assert found == sorted(p.code for p in alone.problems), j
        assert (j.leaf_total, j.comparable_score, dict(j.inferred)) == (
            alone.total,
            alone.comparable,
            dict(alone.inferred),
        )
        seen |= set(found) or {"nothing"}
    assert {"nothing", "SCORE_INFERRED", "SCORE_MISSING", "WEIGHT_MISSING", "WEIGHT_NOT_100", "SCORE_ABOVE_WEIGHT", "SCORE_NEGATIVE",
            "TOTAL_MISSING", "TOTAL_MISMATCH", "TOTAL_WITH_ADJUSTMENT", "STATED_SCORE_MISMATCH"} <= seen  # fmt: skip


def test_the_row_of_a_parquet_file_is_shown_with_its_neighbours(tmp_path: Path) -> None:
    leaf_table(tmp_path / "a.parquet", 2)
    document = receive((tmp_path / "a.parquet").read_bytes(), "a.parquet")
    found = sandbox.rows_around(document, "L41")
    assert [(x.words, x.wanted) for x in found] == [
        ("第39行", False), ("第40行", False), ("第41行", True), ("第42行", False), ("第43行", False),
    ]  # fmt: skip
    assert "第1项工作完成率" in found[2].text
    assert sandbox.rows_around(document, "L81") == () == sandbox.rows_around(document, "L0")


@pytest.mark.parametrize("text", ["=1+1", "'=1", "''x", "'", " ＝甲", "@甲", "-5%", "'甲", "\t甲"])
def test_text_that_a_spreadsheet_would_take_for_a_formula_comes_back(text: str) -> None:
    assert _unescaped(str(safe_cell(text))) == text
    assert not str(safe_cell(text)).lstrip().startswith(("=", "@", "＝"))
