"""Pages opened through ``app.py``, as Streamlit runs them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def opened(page: str = "drilldown", section: str = "explore", **parameters: str) -> AppTest:
    """A page through ``app.py``, as a link with these parameters opens it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for run in range(2):
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        if run == 0:
            app.switch_page(f"pages/{section}/{page}.py")
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """All text of a page, a line an element."""
    shown = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.info, *app.text, *app.error]
    return "\n".join(str(element.value) for element in shown)
