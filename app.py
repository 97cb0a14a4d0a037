"""绩效透镜: page config, data set and filters drawn once, the list of pages.

To add a page: a script in ``pages/<section>/``, a topic of the same name in ``analytics/``, a line in ``PAGES``.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import streamlit as st

from pages.parts import drill, scope
from pages.parts.body import errors_said

START = "start"
PAGES = {
    "查看": [
        st.Page("pages/explore/overview.py", title="总览", icon=":material/dashboard:", url_path=START, default=True),
        st.Page("pages/explore/drilldown.py", title="指标下钻", icon=":material/account_tree:", url_path="drilldown"),
        st.Page("pages/explore/department.py", title="部门画像", icon=":material/apartment:", url_path="department"),
        st.Page(
            "pages/explore/distribution.py", title="得分分布", icon=":material/bar_chart:", url_path="distribution"
        ),
        st.Page("pages/explore/execution.py", title="预算执行", icon=":material/payments:", url_path="execution"),
        st.Page("pages/explore/checks.py", title="规则复算与勾稽", icon=":material/rule:", url_path="checks"),
        st.Page("pages/explore/inflation.py", title="自评质量核查", icon=":material/balance:", url_path="inflation"),
    ],
    "管理": [
        st.Page("pages/manage/ingest.py", title="数据入库", icon=":material/upload_file:", url_path="ingest"),
        st.Page("pages/manage/deck.py", title="汇报", icon=":material/slideshow:", url_path="deck"),
        st.Page("pages/manage/progress.py", title="报送进度", icon=":material/fact_check:", url_path="progress"),
    ],
}

# The start page stands at /; a link to /overview opens it too.
ALIAS = st.Page("pages/explore/overview.py", title="总览", url_path="overview", visibility="hidden")

# Where no page stands at an address, Streamlit says so in English unless a page says it.
hidden = [ALIAS]
asked = unquote(urlsplit(st.context.url or "").path).rpartition("/")[2].strip()
if asked not in {"", START, *(page.url_path for section in (*PAGES.values(), hidden) for page in section)}:
    hidden.append(st.Page("pages/explore/unknown.py", title="没有这个页面", url_path=asked, visibility="hidden"))

st.set_page_config(page_title="绩效透镜", page_icon="🔎", layout="wide")
st.logo(Path(__file__).parent / "pages" / "parts" / "logo.svg", size="large")
page = st.navigation({**PAGES, "": hidden})
if scope.first_run_of_the_server(page.url_path) and page.url_path:
    # Before the first st.navigation of a process Streamlit looks for pages/*.py, misses the page of a link and says so.
    st.html("<script>window.location.reload()</script>", unsafe_allow_javascript=True)
    st.stop()
with errors_said():
    drill.follow()
    opened = scope.draw()
    if opened is not None:
        page.run()
