"""The numbers of 预算执行 counted a second time, in plain Python over exported CSV files."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean

from tests.recount import City, number, quantile

Found = dict[str, float | None]
BRIDGE = ("initial_budget", "adjusted_budget", "carried_in", "expenditure", "carried_out")


def over(part: float | None, whole: float | None, less: float = 0) -> float | None:
    return None if part is None or not whole else (part - less) / whole


def printed_rate(city: City, report_id: str, what: str) -> float | None:
    """The lowest percentage printed as 完成值 of a leaf: 预算执行率, or the change of the three public expenses."""
    values = [
        number(leaf["value"])
        for leaf in city.leaves[report_id]
        if leaf["value_unit"] == "%" and (
            leaf["canonical_leaf"] in ("预算执行率", "预算完成率") if what == "execution"
            else "三公" in leaf["canonical_leaf"] and leaf["canonical_leaf"].endswith("变动率")
        )
    ]  # fmt: skip
    known = [v for v in values if v is not None and v <= 1000]
    return min(known) / 100 if known else None


def of_report(city: City, report_id: str, basis: str) -> Found:
    """What the table of units says of a report."""
    amount = {
        item: city.amount(report_id, item)
        for item in (*BRIDGE, "basic_expenditure", "project_expenditure", "adjusted_basic_budget",
                     "adjusted_project_budget", "staff_on_post", "staff_establishment")
    }  # fmt: skip
    own = {item: city.budget[report_id].get((item, "自评报告")) for item in ("expenditure", "adjusted_budget")}
    spent, adjusted, held = amount["expenditure"], amount["adjusted_budget"], amount["carried_in"]
    divisor = {
        "adjusted": adjusted,
        "initial": amount["initial_budget"],
        "carry_in": None if adjusted is None or held is None else adjusted + held,
        "approved": city.budget[report_id].get(("adjusted_budget", "财政数据")),
        "average": None,
    }[basis]
    basic = over(amount["basic_expenditure"], amount["adjusted_basic_budget"])
    project = over(amount["project_expenditure"], amount["adjusted_project_budget"])
    mean = None if basic is None or project is None else (basic + project) / 2
    return {
        "numerator": None if basis == "average" else spent,
        "denominator": divisor,
        "rate": mean if basis == "average" else over(spent, divisor),
        "stated_rate": printed_rate(city, report_id, "execution"),
        "own_rate": over(own["expenditure"], own["adjusted_budget"]),
        "adjustment_rate": over(adjusted, amount["initial_budget"], amount["initial_budget"] or 0),
        "carry_over_rate": over(amount["carried_out"], adjusted),
        "carry_over_change_rate": over(amount["carried_out"], held, held or 0),
        "staff_rate": over(amount["staff_on_post"], amount["staff_establishment"]),
        "three_public_rate": printed_rate(city, report_id, "three public"),
        "comparable_score": city.comparable(report_id),
    }


def of_all(city: City, fiscal_year: int, basis: str) -> Found:
    """What is said of all the reports of a year together."""
    ids = city.of_year(fiscal_year)
    found = {i: of_report(city, i, basis) for i in ids}
    rates = [row["rate"] for row in found.values() if row["rate"] is not None]
    zero = [i for i in ids if found[i]["denominator"] == 0]
    without = [i for i in ids if found[i]["rate"] is None and i not in zero]
    stated = [i for i in without if found[i]["stated_rate"] is not None and city.amount(i, "expenditure") is None]
    of_both = [
        (row["rate"], row["own_rate"]) for i, row in found.items()
        if basis == "adjusted" and any(
            (item, "财政数据") in city.budget[i] for item in ("expenditure", "adjusted_budget", "initial_budget")
        )
    ]  # fmt: skip
    staff = [row["staff_rate"] for row in found.values() if row["staff_rate"] is not None]
    public = [row["three_public_rate"] for row in found.values() if row["three_public_rate"] is not None]
    scored = sorted(
        (row["rate"], row["comparable_score"]) for row in found.values()
        if row["rate"] is not None and row["comparable_score"] is not None
    )  # fmt: skip
    quarter = len(scored) // 4
    return {
        "all_reports": len(ids), "all_rated": len(rates), "all_lowest": min(rates, default=None),
        "all_middle": quantile(rates, 0.5) if rates else None, "all_highest": max(rates, default=None),
        "all_over": sum(rate > 1 for rate in rates), "all_zero": len(zero), "all_stated_only": len(stated),
        "all_unstated": len(without) - len(stated),
        "all_differing": sum(a is not None and b is not None and abs(a - b) >= 0.00005 for a, b in of_both),
        "all_staff": len(staff), "all_staff_over": sum(rate > 1 for rate in staff), "all_three_public": len(public),
        "all_three_public_up": sum(rate > 0 for rate in public), "all_scored": len(scored), "all_quarter": quarter,
        "all_low_score": first_scores(scored, quarter), "all_high_score": first_scores(scored[::-1], quarter),
    }  # fmt: skip


def first_scores(scored: list[tuple[float, float]], reports: int) -> float | None:
    """The mean score of the first so many (rate, score): each has the mean of all reports with its rate."""
    means: dict[float, list[float]] = defaultdict(list)
    for rate, score in scored:
        means[rate].append(score)
    return fmean(fmean(means[rate]) for rate, _ in scored[:reports]) if reports else None


def year(city: City, fiscal_year: int, years: tuple[int, ...], basis: str) -> Found:
    """The line over the years, its spread, and the units that have a rate in every year."""
    found = {i: of_report(city, i, basis) for i in city.reports}
    rated = {i: row for i, row in found.items() if row["rate"] is not None}
    units = {y: {city.reports[i]["unit_id"] for i in rated if int(city.reports[i]["fiscal_year"]) == y} for y in years}
    steady = set.intersection(*units.values())
    ids = city.of_year(fiscal_year)
    now = [rated[i] for i in ids if i in rated]
    same = [rated[i] for i in ids if i in rated and city.reports[i]["unit_id"] in steady]
    rates = [row["rate"] or 0.0 for row in now]

    def pooled(of: list[Found]) -> float | None:
        if not of:
            return None
        if basis == "average":
            return fmean(row["rate"] or 0.0 for row in of)
        return sum(row["numerator"] or 0 for row in of) / sum(row["denominator"] or 0 for row in of)

    return {
        "reports": len(ids),
        "rated": len(now),
        "stated_only": sum(
            found[i]["rate"] is None and found[i]["stated_rate"] is not None and city.amount(i, "expenditure") is None
            for i in ids
        ),
        "numerator": None if basis == "average" else sum(row["numerator"] or 0 for row in now),
        "denominator": None if basis == "average" else sum(row["denominator"] or 0 for row in now),
        "rate": pooled(now),
        "low_rate": quantile(rates, 0.1),
        "middle_rate": quantile(rates, 0.5),
        "high_rate": quantile(rates, 0.9),
        "steady_units": len(same),
        "steady_rate": pooled(same),
    }


def bridge(city: City, fiscal_year: int) -> Found:
    """Sums over the reports that state all five amounts."""
    found = [[city.amount(i, item) for item in BRIDGE] for i in city.of_year(fiscal_year)]
    whole = [[a for a in row if a is not None] for row in found if None not in row]
    return {"reports": len(whole)} | {item: sum(row[n] for row in whole) for n, item in enumerate(BRIDGE)}


SOURCES = {
    "general_public": "一般公共预算", "government_fund": "政府性基金", "state_capital": "国有资本经营",
    "special_account": "财政专户", "business": "事业收入", "operating": "经营收入", "other": "其他收入",
}  # fmt: skip


def revenue(city: City, fiscal_year: int) -> dict[str, dict[str, float | None]]:
    """Source -> sums of what the reports state of it as initial and adjusted budget and as revenue, and how many do."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    reports: dict[str, set[str]] = defaultdict(set)
    for i in city.of_year(fiscal_year):
        for item in {item for item, _ in city.budget[i]}:
            column, _, rest = item.partition("_")
            source = SOURCES.get(rest.removesuffix("_revenue"))
            if source is not None and (amount := city.amount(i, item)) is not None:
                found[source, column].append(amount)
                reports[column].add(i)
    columns = ("initial", "adjusted", "revenue")
    return {
        source: {column: sum(found[source, column]) if found[source, column] else None for column in columns}
        | {f"{column}_reports": len(reports[column]) for column in columns}
        for source in {source for source, _ in found}
    }


def spending(city: City, fiscal_year: int) -> dict[str, dict[str, float | None]]:
    """基本支出 and 项目支出 over the reports that state both; the rate over those of them that state its budget."""
    items = {"基本支出": ("basic_expenditure", "adjusted_basic_budget"),
             "项目支出": ("project_expenditure", "adjusted_project_budget")}  # fmt: skip
    ids = [
        i for i in city.of_year(fiscal_year)
        if None not in [city.amount(i, spent) for spent, _ in items.values()]
    ]  # fmt: skip
    rows = {}
    for name, (spent, budget) in items.items():
        both = [(city.amount(i, spent) or 0, b) for i in ids if (b := city.amount(i, budget) or 0) > 0]
        rows[name] = {
            "reports": len(ids), "spent": sum(city.amount(i, spent) or 0 for i in ids), "rated": len(both),
            "numerator": sum(a for a, _ in both) if both else None,
            "denominator": sum(b for _, b in both) if both else None,
        }  # fmt: skip
    return rows
