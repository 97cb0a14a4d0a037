"""The plan of the house as tests: layers, SQL in files, cached functions in one place, words, codes, and the README."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from data import codes
from tests.conftest import ROOT

FORBIDDEN_WORDS = (
    "造假", "虚假", "疑似虚高", "作弊", "宽松", "叶子", "仓库", "分贝", "AUC", "p值", "FDR", "漏斗", "孤立森林", "反事实", "DuckDB",
)  # fmt: skip
FORBIDDEN_CODES = re.compile(r"(?<![A-Za-z0-9])D[1-5](?![A-Za-z0-9])")
LAYERS = {
    "data": set(),
    "analytics": {"data"},
    "exports": {"data", "analytics"},
    "pages": {"data", "analytics", "exports"},
}
"""What a layer may import of the others: imports go one way."""


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def texts(tree: ast.Module) -> Iterator[str]:
    """String literals that are not docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_go_one_way(layer: str) -> None:
    for file, tree in sources(layer):
        roots = {name.split(".")[0] for name in imported(tree)}
        assert roots & (set(LAYERS) | {"cli", "app", "tests"}) <= LAYERS[layer] | {layer}, file
        if layer != "pages":
            assert "streamlit" not in roots, file


def test_no_script_stands_directly_in_pages() -> None:
    assert [f.name for f in (ROOT / "pages").glob("*.py")] == ["__init__.py"]
    assert not [f for f in ROOT.rglob("utils.py") if f.relative_to(ROOT).parts[0] != ".venv"]


def test_sql_is_never_built_from_strings() -> None:
    sql = re.compile(
        r"\b(select|insert into|update|delete from|create table)\b[^\u4e00-\u9fff]*\b(from|values|set|\()",
        re.IGNORECASE,
    )
    for file, tree in sources("data", "analytics", "exports", "pages"):
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                text = "".join(v.value for v in node.values if isinstance(v, ast.Constant))
                assert not sql.search(text), f"{file}: {text}"


def test_pages_hold_no_sql_and_no_computation_and_stay_short() -> None:
    for file, tree in sources("pages"):
        source = file.read_text(encoding="utf-8")
        assert "groupby" not in source, file
        assert ".execute(" not in source, file
        assert "unsafe_allow_html" not in source, file
        if "parts" not in file.relative_to(ROOT).parts:
            assert len(source.splitlines()) <= 60, file
        del tree


def test_every_cached_function_is_in_one_file_and_takes_its_inputs() -> None:
    for file, tree in sources("pages", "analytics", "data", "exports"):
        decorated = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and any("st.cache" in ast.unparse(d) for d in node.decorator_list)
        ]
        if file.name != "cached.py":
            assert not decorated, file
        for function in decorated:
            assert "folder" in [a.arg for a in function.args.args], function.name
    assert "session_state" not in (ROOT / "pages/parts/cached.py").read_text(encoding="utf-8")


def test_words_users_never_see() -> None:
    shown = [(f, t) for f, tree in sources("pages", "exports", "analytics", "data") for t in texts(tree)]
    shown += [
        (ROOT / name, t)
        for name in ("app.py", "cli.py")
        for t in texts(ast.parse((ROOT / name).read_text(encoding="utf-8")))
    ]
    for file, text in shown:
        if re.search(r"[\u4e00-\u9fff]", text):
            assert not [w for w in FORBIDDEN_WORDS if w in text], f"{file}: {text}"
            assert not FORBIDDEN_CODES.search(text), f"{file}: {text}"


def test_every_code_raised_is_in_the_catalogue_and_every_code_of_the_catalogue_is_raised_or_reserved() -> None:
    used = set()
    for _, tree in sources("data", "exports"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("problem", "refusal") and node.args:
                used |= {c.value for c in ast.walk(node.args[0]) if isinstance(c, ast.Constant)}
    used |= {"LEVEL1_UNCERTAIN", "LEVEL2_UNCERTAIN"}
    catalogue = set(codes.REFUSALS) | set(codes.PROBLEMS)
    assert used <= catalogue
    assert catalogue - used == set()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_refusal_and_every_command(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [c for c in codes.REFUSALS if f"`{c}`" not in text] == []
    for command in ("ingest", "export", "versions", "rollback"):
        assert f"jixiao {command}" in text


def test_direct_dependencies_are_locked_and_explained() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = re.findall(r'^    "([a-z0-9-]+)[>=]', project, re.MULTILINE)
    lock = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert len(names) > 10
    for name in names:
        assert re.search(rf"^{name}==", lock, re.MULTILINE), name
        assert f"`{name}`" in guide, name


def test_nothing_of_the_published_reports_damage_is_known_to_code_or_vocabulary(published: list[Path]) -> None:
    from tests.published_text import load

    garbage = {p.lines[i].split("\t")[c].strip() for f in published for p in [load(f)] for i, c in p.garbage()}
    garbage = {g for g in garbage if len(g) >= 2}
    assert len(garbage) >= 8
    files = [
        f
        for folder in ("data", "analytics", "exports", "pages")
        for f in (ROOT / folder).rglob("*")
        if f.suffix in (".py", ".csv", ".sql")
    ]
    for file in files:
        source = file.read_text(encoding="utf-8")
        assert [g for g in garbage if g in source or g.replace(" ", "") in source] == [], file
        assert not [f.name for f in published if f.stem in source], file
