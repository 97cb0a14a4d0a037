"""维度对照表: how the printed 一级 and 二级指标 of each form map to 指标维度, wherever forms are compared."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from analytics.filters import Filters
from analytics.view import View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
_COLUMNS = {
    "dimension": "指标维度", "level1": "一级指标", "level2": "二级指标", "weight": "每份报告权重", "leaves": "指标数",
    "reports": "报告数", "region": "区划", "template": "表式", "form": "表类",
}  # fmt: skip


def labels(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """One row a form, level1 and level2 in view: dimension (未映射 where no line fits), reports, leaves, weight (points
    a report), region and template."""
    statement = named(_SQL)["labels_of_units" if filters.departments or filters.units else "labels"]
    return cursor.execute(statement, filters.parameters_of(statement)).df()


@remakable()
def view(df: pd.DataFrame, filters: Filters) -> View:
    """The map as a table, what is not mapped named first."""
    if df.empty:
        return View("维度对照表：没有可显示的数据", "", df, None, _COLUMNS, (), filters)
    unmapped = int(df.loc[df["dimension"] == "未映射", "leaves"].sum())
    title = f"维度对照表：{df['template'].nunique()} 种表式"
    sentence = (
        f"{unmapped} 项指标未能对应，列入“未映射”，不与其他表式比较。" if unmapped else "各项指标均有对应的维度。"
    )
    return View(title, sentence, df, None, _COLUMNS, ("对照关系在 dimensions.csv 中逐行维护。",), filters, title)
