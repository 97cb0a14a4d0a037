"""A report made in a process of its own, so that pages stay quick for everybody else.

Asked by one JSON object on stdin, it answers in JSON lines on stdout: how far it is, then the file's name or a refusal.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.filters import Filters
from analytics.view import Made
from data.codes import refusal
from data.submission import Refusal
from data.warehouse import Warehouse
from exports.edition import Edition
from exports.report import formats
from exports.report.spec import Collected, ReportSpec

_ROOT = Path(__file__).parents[2]
_AT_ONCE = threading.Semaphore(2)
"""No more files are made at the same time; others wait."""
_LONGEST = 600


@dataclass(slots=True)
class Build:
    """A report that is being made. ``content`` is there once it is done, ``refused`` where it could not be."""

    warehouse: Warehouse
    version: int
    spec: ReportSpec
    ending: str
    template: bytes = b""
    done: int = 0
    of: int = 0
    what: str = ""
    file_name: str = ""
    content: bytes = b""
    refused: Refusal | None = None
    thread: threading.Thread = field(init=False)
    _process: subprocess.Popen[str] | None = None
    _stopped: bool = False

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)

    @property
    def is_running(self) -> bool:
        return self.thread.is_alive()

    def start(self) -> Build:
        self.thread.start()
        return self

    def stop(self) -> None:
        """Give the file up."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def _run(self) -> None:
        try:
            with _AT_ONCE, tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
                if not self._stopped:
                    self._make(Path(folder))
        except OSError as error:  # of a child that was ended, a pipe that is closed
            self.refused = None if self._stopped else refusal("E10", error.filename or "")
        except ValueError:  # a line cut off where the child was ended
            self.refused = None if self._stopped else refusal("E23")

    def _make(self, folder: Path) -> None:
        template = folder / "template.pptx"
        if self.template:
            template.write_bytes(self.template)
        asked = _asked(self, folder, template if self.template else None)
        command = [sys.executable, "-m", "exports.report.child"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, encoding="utf-8") as process:  # noqa: S603
            self._process = process
            if self._stopped:
                process.kill()
            limit = threading.Timer(_LONGEST, process.kill)
            limit.start()
            try:
                assert process.stdin is not None and process.stdout is not None  # noqa: S101 - both are pipes
                process.stdin.write(json.dumps(asked))
                process.stdin.close()
                for line in process.stdout:
                    self._hear(json.loads(line))
            finally:
                limit.cancel()
        if self._stopped:
            return
        if self.file_name:
            self.content = (folder / self.file_name).read_bytes()
        elif self.refused is None:
            self.refused = refusal("E23")

    def _hear(self, said: Mapping[str, Any]) -> None:
        if "code" in said:
            self.refused = Refusal(said["code"], said["reason"])
        elif "file_name" in said:
            self.file_name = said["file_name"]
        else:
            self.done, self.of, self.what = said["done"], said["of"], said["what"]


def _asked(build: Build, out: Path, template: Path | None) -> dict[str, Any]:
    warehouse, spec = build.warehouse, build.spec
    return {
        "folder": str(warehouse.folder), "dataset": warehouse.dataset, "version": build.version, "out": str(out),
        "ending": build.ending,
        "template": None if template is None else str(template), "year": spec.year, "filters": plain(spec.filters),
        "public": spec.edition.public, "anonymous": spec.edition.anonymous, "bureau": spec.bureau,
        "title": spec.title, "titles": spec.titles,
        "collected": [{"made": kept(one.made), "title": one.title} for one in spec.collected],
    }  # fmt: skip


def plain(filters: Filters) -> dict[str, Any]:
    """Filters as JSON has them."""
    return {name: getattr(filters, name) for name in Filters.__slots__}


def filters_of(said: Mapping[str, Any]) -> Filters:
    """The filters of ``plain``."""
    lists = {name: tuple(said[name]) for name in ("years", "regions", "departments", "units")}
    return Filters(own_level_only=bool(said["own_level_only"]), **lists)


def kept(made: Made) -> dict[str, Any]:
    """How a View was made, as JSON has it: what a session keeps of it."""
    return {"by": made.by, "filters": plain(made.filters), "choices": dict(made.choices)}


def made_of(said: Mapping[str, Any]) -> Made:
    """How a View was made, of ``kept``."""
    choices = {key: tuple(value) if isinstance(value, list) else value for key, value in said["choices"].items()}
    return Made(said["by"], filters_of(said["filters"]), tuple(choices.items()))


def _answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Make what was asked for; the last line of the answer."""
    collected = tuple(Collected(made_of(one["made"]), one["title"]) for one in asked["collected"])
    edition = Edition(asked["public"], asked["anonymous"])
    template = None if asked["template"] is None else Path(asked["template"])
    spec = ReportSpec(asked["year"], filters_of(asked["filters"]), edition, asked["bureau"], template=template,
                      titles=tuple((name, title) for name, title in asked["titles"]), title=asked["title"],
                      collected=collected)  # fmt: skip
    warehouse, out = Warehouse(Path(asked["folder"]), asked["dataset"]), Path(asked["out"])
    try:
        made = formats.write(warehouse, spec, out, asked["version"], _tell, asked["ending"])
    except Refusal as refused:
        return {"code": refused.code, "reason": refused.reason}
    except Exception as error:
        broken = refusal("E12", type(error).__name__)
        return {"code": broken.code, "reason": broken.reason}
    return {"file_name": made.name}


def _tell(done: int, of: int, what: str) -> None:
    _say({"done": done, "of": of, "what": what})


def _say(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _say(_answer(json.load(sys.stdin)))
