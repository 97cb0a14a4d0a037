"""An administrator's own lines: a wording needs a line, not code; a line that says nothing known is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.submission import Refusal
from data.vocabulary import own
from tests import formats
from tests.formats import sheet_of
from tests.reports import LEAVES, one, read, report
from tests.terminal import jixiao


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "words"
    path.mkdir()
    monkeypatch.setenv(own.VARIABLE, str(path))
    return path


HEADS = ("一级指标", "二级指标", "三级指标", "标准数", "评定数")


def test_a_head_word_is_known_by_its_line(folder: Path) -> None:
    text = report(header=HEADS)
    with pytest.raises(Refusal, match="E06"):
        read(text)
    (folder / "headers.csv").write_text("role,word\nweight,标准数\nscore,评定数\n", encoding="utf-8")
    assert [x.score for x in one(text).leaves] == [x.score for x in one(report()).leaves]


def test_a_line_may_be_added_while_the_program_runs_and_saved_by_excel(folder: Path) -> None:
    content = formats.xlsx(sheet_of(report([("内控成效", *LEAVES[0][1:]), *LEAVES[1:]])))
    assert one(content).leaves[0].dimension is None
    (folder / "dimensions.csv").write_bytes(
        "form,level1,level2,level3,dimension\r\n,内控成效,,,过程\r\n".encode("gb18030")
    )
    assert one(content).leaves[0].dimension == "过程"
    (folder / "dimensions.csv").write_text("form,level1,level2,level3,dimension\n,内控成效,,,决策\n", encoding="utf-8")
    assert one(content).leaves[0].dimension == "决策"


def test_an_own_line_gives_a_known_word_another_meaning(folder: Path) -> None:
    (folder / "indicators.csv").write_text("level3,level2,level1\n内控制度健全性,内控管理,过程\n", encoding="utf-8-sig")
    (folder / "row_words.csv").write_text("kind,word\ntotal,本表得分\n\n", encoding="utf-8")
    submission = one(
        report([*LEAVES[:-1], ("满意度", "服务对象满意度", "内控制度健全性", "10", "9.5")]).replace("合计", "本表得分")
    )
    assert submission.leaves[-1].canonical_leaf == "内控制度健全性"
    assert str(submission.stated_total) == "94.5"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("headers.csv", "role,word\nweight,标准数\npoints,评定数\n", "headers.csv 第 3 行 role 为“points”"),
        ("headers.csv", "role,word\nweight,\n", "headers.csv 第 2 行 缺少 word"),
        ("headers.csv", "word\n标准数\n", "headers.csv 第 1 行应为 role,word"),
        ("headers.csv", "role,word\nweight,标准数,x\n", "第 2 行 的列数"),
        ("headers.csv", "", "第 1 行应为"),
        ("dimensions.csv", "form,level1,level2,level3,dimension\n,内控,,,内部控制\n", "dimension 为“内部控制”"),
        ("regions.csv", "region_code,name,full_name,level\n", "不可扩充的词表 regions.csv"),
        ("header.csv", "role,word\n", "不可扩充的词表 header.csv"),
        ("headers.csv", b"role,word\nweight,\xff\xff\n", "不是 UTF-8 或 GB18030"),
    ],
)
def test_a_wrong_line_is_refused_with_file_line_and_value(
    folder: Path, name: str, text: str | bytes, told: str
) -> None:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refusal) as refused:
        read(report())
    assert refused.value.code == "E38"
    assert told in refused.value.reason


def test_a_wrong_line_stops_the_batch_with_its_reason(folder: Path, tmp_path: Path) -> None:
    (folder / "headers.csv").write_text("role,word\npoints,评定数\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text(report(), encoding="utf-8")
    done = jixiao("ingest", tmp_path / "a.txt", "--warehouse", tmp_path / "w")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "E38" in done.stderr + done.stdout
    assert not list((tmp_path / "w").glob("*.duckdb"))


def test_a_folder_that_is_not_there_is_told(folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(Refusal, match="E38"):
        read(report())
