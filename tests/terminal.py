"""The command line, run in this process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

import cli


def jixiao(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in this process: a new one takes a second to load what it needs."""
    command = ["jixiao", *map(str, arguments)]
    with (
        redirect_stdout(io.StringIO()) as out,
        redirect_stderr(io.StringIO()) as err,
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", command),
    ):
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())
