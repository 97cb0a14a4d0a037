"""The pieces of 汇报: the list of collected views, what the file is to be, and the file while and after it is made."""

from __future__ import annotations

from dataclasses import astuple, replace
from functools import partial
from uuid import uuid4

import streamlit as st

from data.submission import Refusal
from exports.edition import Edition
from exports.report import remade
from exports.report.child import Build, made_of
from exports.report.spec import ReportSpec
from pages.parts import cached, collected, download, panel
from pages.parts.collected import Entry
from pages.parts.literal import markdown
from pages.parts.scope import Scope

FORMS = {".pptx": "演示文稿 pptx", ".docx": "文档 docx", ".xlsx": "工作簿 xlsx", ".html": "打印页 html"}
_BUILD = "report_build"
_PREVIEW = "report_preview"
_TITLES = "report_titles"
_MOST_BUILDS = 32
_builds: dict[str, Build] = {}
"""Files that are being made or wait to be fetched, by what a session holds; the oldest go first."""


def listed(here: Scope) -> None:
    """The collected views: title to edit, up, down, remove, and a preview of one."""
    held = collected.entries()
    if not held:
        st.info("尚未加入内容。在各页点“加入汇报”，或选用“标准汇报”。")
        return
    for number, entry in enumerate(held, start=1):
        _row(number, len(held), entry)
    with st.container(horizontal=True):
        st.button("全部移除", on_click=collected.clear, icon=":material/delete_sweep:", key="collected-clear")
    shown = st.session_state.get(_PREVIEW)
    for entry in held:
        if entry["id"] == shown:
            _preview(here, entry)


def _row(number: int, of: int, entry: Entry) -> None:
    identity = entry["id"]
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"collected-{number}"):
        st.text_input(
            markdown(f"第 {number} 项 {entry['page']}（{entry['of']}）"),
            entry["title"] or entry["shown"],
            max_chars=120,
            key=f"title-{identity}",
            on_change=collected.retitle,
            args=(identity, f"title-{identity}"),
        )
        for label, icon, disabled, act in (
            ("上移", "arrow_upward", number == 1, partial(collected.move, identity, -1)),
            ("下移", "arrow_downward", number == of, partial(collected.move, identity, 1)),
            ("预览", "visibility", False, partial(_open_preview, identity)),
            ("移除", "close", False, partial(collected.remove, identity)),
        ):
            st.button(
                label, key=f"{label}-{identity}", icon=f":material/{icon}:", disabled=disabled, on_click=act
            )  # fmt: skip


def _open_preview(identity: str) -> None:
    st.session_state[_PREVIEW] = None if st.session_state.get(_PREVIEW) == identity else identity


def _preview(here: Scope, entry: Entry) -> None:
    """The view as it will stand in the file, without 涉密 units."""
    views = remade.of_version(here.warehouse, here.version, [made_of(entry["made"])])
    with st.container(border=True, key="preview"):
        if not views:
            st.caption("该内容仅涉及涉密单位，不列入汇报。")
        for view in views:
            titled = replace(view, title=entry["title"] or view.title)
            panel.show(titled, f"preview-{entry['id']}-{here.version}", table=view.figure is None, clicks=False)


def wanted(here: Scope, own: bool) -> ReportSpec:
    """Cover, year and edition of the file. ``own``: of the collected views, else of the standard set."""
    left, right = st.columns(2)
    bureau = left.text_input("封面单位", max_chars=60, key="report-bureau", placeholder="如 某市财政局")
    title = right.text_input("封面标题", max_chars=60, key="report-title", placeholder="部门整体支出绩效自评价情况汇报")
    year = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not own:
            held = cached.choices(here.folder, here.version).years
            years = sorted(set(held) & set(here.filters.years or held))
            year = st.selectbox("年度", years[::-1], key="report-year", width=140) if years else None
        public = st.radio("版本", ["内部版", "通报版"], horizontal=True, key="report-edition",
                          help="通报版：可比得分较低的单位不列名")  # fmt: skip
        anonymous = st.toggle("脱敏", key="report-anonymous", help="单位、区划和文件名以代号代替")
    edition = Edition(public == "通报版", anonymous)
    if own:
        views = collected.collected()
        return ReportSpec(year, here.filters, edition, bureau.strip(), title=title.strip(), collected=views)
    titles = _titles(here, year, edition)
    return ReportSpec(year, here.filters, edition, bureau.strip(), titles, title=title.strip())


def _titles(here: Scope, year: int | None, edition: Edition) -> tuple[tuple[str, str], ...]:
    """The titles of the standard pages that the reader changed, for this version, year, edition and these filters."""
    about = (here.folder, here.version, year, astuple(edition), astuple(here.filters))
    with st.expander("各页标题", key="report-titles", on_change="rerun") as opened:
        if opened.open:
            try:
                pages = cached.standard_titles(here.folder, here.version, here.filters, year, edition)
            except Refusal as refused:
                _refused(refused)
                return ()
            typed = {
                name: st.text_input(f"第 {place} 页", title, max_chars=120, key=f"standard-{name}-{title}")
                for place, (name, title) in enumerate(pages, start=1)
            }
            changed = tuple((name, typed[name]) for name, title in pages if typed[name] not in ("", title))
            st.session_state[_TITLES] = (about, changed)
    kept_about, kept = st.session_state.get(_TITLES, (None, ()))
    return kept if kept_about == about else ()


def form_and_template() -> tuple[str, bytes]:
    """The file's ending, and the bytes of a bureau's own template for slides."""
    ending = st.segmented_control(
        "格式", list(FORMS), format_func=FORMS.get, default=".pptx", required=True, key="report-form"
    )
    if ending != ".pptx":
        return ending, b""
    file = st.file_uploader("本单位的 .pptx 模板（可不选；宽屏，含标题版式）", key="report-template")
    return ending, b"" if file is None else file.getvalue()


def make(here: Scope, spec: ReportSpec, ending: str, template: bytes) -> None:
    """Start to make the file in a process of its own; one that this session had made is thrown away."""
    _forget()
    token = uuid4().hex
    _builds[token] = Build(here.warehouse, here.version, spec, ending, template).start()
    while len(_builds) > _MOST_BUILDS:
        _builds.pop(next(iter(_builds))).stop()
    st.session_state[_BUILD] = token
    st.rerun()


def _forget() -> None:
    build = _builds.pop(st.session_state.pop(_BUILD, ""), None)
    if build is not None:
        build.stop()


def file_made() -> None:
    """How far the file is; once it is made, the button that fetches it."""
    build = _builds.get(st.session_state.get(_BUILD, ""))
    if build is None:
        return
    if build.is_running:
        _progress()
    elif build.refused is not None:
        _refused(build.refused)
    elif build.content:
        download.button(
            f"下载 {markdown(build.file_name)}",
            build.content,
            build.file_name,
            kind="primary",
            key="report-file",
        )


def _refused(refused: Refusal) -> None:
    st.error(markdown(f"[{refused.code}] {refused.reason}"))


@st.fragment(run_every=1.0)
def _progress() -> None:
    build = _builds.get(st.session_state.get(_BUILD, ""))
    if build is None or not build.is_running:
        st.rerun()
    words = f"正在生成 {build.done}/{build.of} {build.what}" if build.of else "正在生成"
    st.progress(build.done / build.of if build.of else 0.0, text=markdown(words))
    st.button("取消", on_click=_forget, key="report-stop", icon=":material/close:")
    st.caption("可以离开本页，生成会继续；回到本页下载。")
