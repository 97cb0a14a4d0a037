"""The command line: JSON, exit codes, Chinese messages, never a traceback."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from data import warehouse
from data.warehouse import Warehouse
from tests.conftest import ROOT
from tests.reports import report
from tests.terminal import jixiao


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(report(), encoding="utf-8")
    return folder


def test_ingest_prints_one_json_object(inbox: Path, tmp_path: Path) -> None:
    done = jixiao("ingest", inbox, "--warehouse", tmp_path / "w", "--json")
    assert done.returncode == 0
    printed = json.loads(done.stdout)
    assert printed["version"] == "v000001"
    assert set(printed["documents"][0]) == {"document_id", "file_name", "outcome", "reason_code", "reason"}
    assert printed["reports"][0] | {"report_id": "", "problems": 0} == {
        "report_id": "", "unit": "南京市玄武区商务局", "region_code": "320102", "fiscal_year": 2024, "form": "部门整体",
        "status": "accepted", "leaves": 7, "leaf_total": 94.5, "stated_total": 94.5, "inferred": 0, "problems": 0,
    }  # fmt: skip


def test_the_published_reports_come_out_as_one_hundred_and_sixty_leaves(published: list[Path], tmp_path: Path) -> None:
    assert jixiao("ingest", published[0].parent, "--warehouse", tmp_path / "w", "--json").returncode == 0
    out = tmp_path / "leaf.csv"
    assert jixiao("export", "leaf_score", "--warehouse", tmp_path / "w", "--out", out).returncode == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 160
    assert sum(float(r["weight"]) for r in rows) == 400
    assert sum(r["score"] == "" for r in rows) == sum(r["score_inferred"] == "1" for r in rows) == 6


def test_the_program_beside_the_project_does_the_same(inbox: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "cli.py"), "ingest", str(inbox), "--warehouse", str(tmp_path / "w")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "当前数据版本 v000001")
    assert done.stderr.startswith("[1/1] ")


def test_refused_is_one_and_wrong_usage_is_two(inbox: Path, tmp_path: Path) -> None:
    (inbox / "bad.txt").write_text("没有表", encoding="utf-8")
    refused = jixiao("ingest", inbox, "--warehouse", tmp_path / "w")
    assert refused.returncode == 1
    assert "E06" in refused.stdout
    assert "已入库" in refused.stdout
    for arguments in (
        ("ingest",), ("ingest", tmp_path / "nowhere"), ("export", "nothing", "--out", "x.csv"), ("export", "report"),
        ("ingest", inbox, "--year", "12"), ("ingest", inbox, "--region", "000000"), ("frobnicate",), ("rollback", "x"),
        ("ingest", inbox, "--colour"), (),
    ):  # fmt: skip
        done = jixiao(*arguments, JIXIAO_WAREHOUSE=str(tmp_path / "w"))
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr + done.stdout
        assert any("\u4e00" <= c <= "\u9fff" for c in done.stderr + done.stdout), arguments


@pytest.mark.parametrize("arguments", [("export", "report", "--out", "x.csv"), ("rollback",)])
def test_an_empty_warehouse_is_a_coded_message(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = jixiao(*arguments, "--warehouse", tmp_path / "none")
    assert done.returncode == 1
    assert done.stderr.startswith("[E1")
    assert "Traceback" not in done.stderr


def test_an_unknown_ending_is_refused_and_nothing_is_written(inbox: Path, tmp_path: Path) -> None:
    jixiao("ingest", inbox, "--warehouse", tmp_path / "w")
    done = jixiao("export", "report", "--warehouse", tmp_path / "w", "--out", tmp_path / "x.doc")
    assert (done.returncode, "E16" in done.stderr) == (1, True)
    assert not list(tmp_path.glob("*.doc"))


def test_a_version_of_an_older_program_is_read_in_the_new_form(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ("--warehouse", tmp_path / "w")
    jixiao("ingest", inbox, *at)
    monkeypatch.setattr(warehouse, "schema_hash", lambda: "newer")
    assert jixiao("export", "report", "--out", tmp_path / "report.csv", *at).returncode == 0
    assert jixiao("versions", *at).stdout.splitlines()[0].split()[0] == "v000002"
    assert jixiao("report", "--out", tmp_path / "x.docx", *at).returncode == 0


def test_versions_and_rollback(inbox: Path, tmp_path: Path) -> None:
    at = ("--warehouse", tmp_path / "w")
    jixiao("ingest", inbox, *at)
    (inbox / "b.txt").write_text(report(unit="南京市玄武区水务局"), encoding="utf-8")
    jixiao("ingest", inbox, *at)
    assert jixiao("rollback", *at).stdout.strip() == "当前数据版本 v000001"
    listed = jixiao("versions", *at).stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["v000002", "v000001"]
    assert "当前" in listed[1]


def test_the_environment_names_the_folder_as_the_flag_does(inbox: Path, tmp_path: Path) -> None:
    assert jixiao("ingest", inbox, JIXIAO_WAREHOUSE=str(tmp_path / "w")).returncode == 0
    assert (tmp_path / "w" / "CURRENT").exists()
    assert (tmp_path / "w" / "dataset").read_text(encoding="utf-8").strip() == "own"


def test_exports_keep_types_and_carry_no_formula(inbox: Path, tmp_path: Path) -> None:
    payloads = ["=1+1指标", "+SUM(A1)指标", "+2-3指标", "@x指标", "\uff1d1+1指标"]
    leaves = [
        ("决策" if not i else "", "目标设定" if not i else "", name, "20", "19.5") for i, name in enumerate(payloads)
    ]
    (inbox / "a.txt").write_text(report(leaves, total="97.5"), encoding="utf-8")
    at = ("--warehouse", tmp_path / "w")
    assert jixiao("ingest", inbox, *at).returncode == 0
    for ending in ("csv", "xlsx", "parquet"):
        assert jixiao("export", "leaf_score", *at, "--out", tmp_path / f"leaf.{ending}").returncode == 0
    with (tmp_path / "leaf.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["level3"] for r in rows] == ["'" + p for p in payloads]
    assert {r["score"] for r in rows} == {"19.5"}
    sheet = openpyxl.load_workbook(tmp_path / "leaf.xlsx")["leaf_score"]
    head = [c.value for c in sheet[1]]
    names = [sheet.cell(r, head.index("level3") + 1) for r in range(2, 7)]
    assert all(c.data_type == "s" and not str(c.value).startswith("=") for c in names)
    assert sheet.cell(2, head.index("score") + 1).value == 19.5
    assert str(pq.read_schema(tmp_path / "leaf.parquet").field("score").type).startswith("decimal128")
    assert pq.read_table(tmp_path / "leaf.parquet")["level3"].to_pylist() == payloads


def test_the_installed_command_does_the_same(tmp_path: Path) -> None:
    installed = Path(sys.executable).with_name("jixiao.exe" if os.name == "nt" else "jixiao")
    if not installed.exists():
        pytest.skip("the project is not installed in this environment")
    done = subprocess.run(
        [installed, "versions", "--warehouse", tmp_path], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "没有数据版本")


def test_help_is_chinese() -> None:
    for arguments in (("--help",), ("ingest", "--help"), ("export", "-h")):
        done = jixiao(*arguments)
        assert done.returncode == 0
        assert "用法：" in done.stdout
        assert not [w for w in ("Usage", "Options", "Commands", "Show this") if w in done.stdout]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_file_below_another_file_is_said_as_it_was_asked_for(sample_warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for command, name in ((("export", "report"), "x.csv"), (("report",), "x.html"), (("export", "roster"), "x.xlsx")):
        out = tmp_path / "file" / name
        done = jixiao(*command, "--out", out, "--warehouse", sample_warehouse.folder)
        assert (done.returncode, done.stderr.strip().startswith("[E10]")) == (1, True)
        assert str(out) in done.stderr and ".tmp" not in done.stderr


def test_a_full_disk_is_said_by_its_code_and_leaves_nothing(sample_warehouse: Warehouse, tmp_path: Path) -> None:
    import resource

    folder = tmp_path / "out"
    folder.mkdir()
    for arguments in (("report", "--out", folder / "a.pptx"), ("report", "--out", folder / "a.xlsx"),
                      ("export", "leaf_score", "--out", folder / "l.xlsx")):  # fmt: skip
        done = subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), *map(str, arguments), "--warehouse", str(sample_warehouse.folder)],
            capture_output=True, text=True, encoding="utf-8", check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000)),
        )  # fmt: skip
        assert done.returncode == 1, arguments
        assert done.stderr.startswith("[E10]") and "Traceback" not in done.stderr, done.stderr
    assert list(folder.iterdir()) == []
