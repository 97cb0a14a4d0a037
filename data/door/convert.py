"""Old office files (doc, wps, et) -> docx or xlsx by LibreOffice, where it is installed.

The reading child may not write files, so that this is a child of its own: a new profile and one folder per document,
both thrown away; macros, links and updates off; memory, processor time, file size and wall clock limited. What comes
out passes the same gate and the same readers as any docx or xlsx. Started as ``python -m data.door.convert PROGRAM …``
this module limits itself and becomes that program.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Literal

from data.codes import refusal
from data.door.intake import MAX_BYTES, Document

PROGRAM = "JIXIAO_SOFFICE"
"""Path of LibreOffice's soffice where it stands in no usual place; empty switches conversion off."""

WALL_SECONDS = 60.0
_CPU_SECONDS = 60
_MEMORY = 4 * 1024 * 1024 * 1024
_LARGEST_FILE = 64 * 1024 * 1024
_ROOT = Path(__file__).parents[2]
_USUAL = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "WINDIR", "PROGRAMFILES", "PROGRAMDATA")
_FILTERS: dict[str, tuple[str, str]] = {"docx": ("doc", "MS Word 97"), "xlsx": ("xls", "MS Excel 97")}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


def program() -> str | None:
    """Where LibreOffice is; ``None`` where it is not installed."""
    named = os.environ.get(PROGRAM)
    if named is not None:
        return named if named and Path(named).is_file() else None
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((path for path in _USUAL if Path(path).is_file()), None)


def converted(document: Document, ending: Literal["docx", "xlsx"]) -> Document:
    """The same document as docx or xlsx. Raises ``Refusal`` E26 (no LibreOffice, or it cannot read it) or E23."""
    soffice = program()
    if soffice is None:
        raise refusal("E26", "本机未安装 LibreOffice")
    with tempfile.TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        old, source_filter = _FILTERS[ending]
        source = folder / f"source.{old}"
        source.write_bytes(document.content)
        arguments = [
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            f"--infilter={source_filter}",
            *("--convert-to", ending, "--outdir", str(folder / "out"), str(source)),
        ]
        _run([sys.executable, "-m", "data.door.convert", soffice, *arguments], folder)
        target = folder / "out" / f"source.{ending}"
        if not target.is_file():
            raise refusal("E26", "LibreOffice 未能打开")
        with target.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    return Document(document.document_id, document.file_name, content)


def _run(command: list[str], folder: Path) -> None:
    """Run to the end or to the limit; what it says is of no interest."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    home = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(folder))
    process = subprocess.Popen(  # noqa: S603 - the program is the administrator's, the document only a file it is given
        command,
        cwd=_ROOT,
        env={**kept, **home},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    timer = threading.Timer(WALL_SECONDS, kill, (process,))
    timer.start()
    try:
        code = process.wait()
    finally:
        timer.cancel()
        kill(process)
    if hasattr(signal, "SIGKILL") and code in (-signal.SIGKILL, -signal.SIGXCPU, 128 + signal.SIGKILL):
        raise refusal("E23", "转换")


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a child and all its own children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            command = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            subprocess.run(command, capture_output=True, check=False)  # noqa: S603


def main() -> None:
    """Limit this process where the system can do that, then become the program named first."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if os.name == "nt":
        sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)  # noqa: S603
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606


if __name__ == "__main__":
    main()
