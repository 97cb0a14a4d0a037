"""规则复算与勾稽: self-scores beside what rules yield, findings, decisions, identities, rates."""

import streamlit as st

from analytics import checks as rules
from analytics import findings
from pages.parts import cached, drill, export, panel, scope
from pages.parts.body import body
from pages.parts.explore import finding, tried
from pages.parts.literal import markdown
from pages.parts.scope import Scope

st.title("规则复算与勾稽")
scope.banner(scope.current())


def rules_and_findings(here: Scope) -> None:
    found = findings.Summary(*cached.checks_summary(here.folder, here.version, here.filters))
    st.markdown(f"#### {markdown(findings.headline(found))}")
    if not found.reports:
        st.info("可在左侧清除筛选；若尚无报告，请先到“数据入库”带入。")
        return
    for column, (label, value) in zip(st.columns(4), findings.figures(found), strict=True):
        column.metric(label, value)
    key, leaf = st.query_params.get("finding"), st.query_params.get("leaf")
    if key:
        finding.show(here, key)
    elif leaf:
        drill.leaf_panel(here, leaf)

    turn = drill.turn()
    by_check, identities, rates = (
        cached.checks_part(here.folder, here.version, name, here.filters)
        for name in ("by_check", "identities", "rates")
    )
    balance = findings.balance_view(found, here.filters)
    checks = findings.checks_view(by_check, here.filters)
    panel.show(balance, f"balance-{turn}", table=False)
    panel.show(checks, f"checks-{turn}", lambda check: drill.set_link(check=check), table=False)

    choice = finding.choice(by_check)
    rows = cached.checks_rows(here.folder, here.version, here.filters, choice, finding.newest(here))
    listed = findings.rows_view(rows, here.filters, finding.name_of(by_check, choice.check), choice)
    panel.show(listed, f"findings-{turn}-{choice}", lambda f: drill.set_link(finding=f, leaf=None), chosen=key)
    measured = rules.measured_view(cached.measured(here.folder, here.version, here.filters), here.filters)
    panel.show(measured, f"measured-{turn}", lambda item: drill.set_link(leaf=item, finding=None), chosen=leaf)

    coverage = rules.coverage_view(cached.coverage(here.folder, here.version, here.filters), here.filters)
    checked = findings.identities_view(identities, found, here.filters)
    for view in (coverage, checked, findings.rates_view(rates, here.filters)):
        panel.folded(view)
    tried.show(here)
    with st.expander(f"核对项目目录：{len(by_check)} 项"):
        finding.catalogue(here, by_check)
    views = [view for view in (balance, rules.slide_view(measured), checks, listed, checked) if len(view.table)]
    export.letters_button(here, "规则复算与勾稽", here.filters)
    export.slides_button(here, "规则复算与勾稽", views)


body(rules_and_findings)
