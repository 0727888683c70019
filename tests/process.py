"""Processes of their own, which read other variables than those of the tests (tests/settings.py)."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

from tests.guard import ROOT

VARIABLES = {"DJANGO_SETTINGS_MODULE": "library_site.settings", "DATABASE_URL": "sqlite://:memory:"}


def python(code: str, *, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """What a new process with these variables does with the code, and with what it is given to read."""
    return subprocess.run(
        [sys.executable, "-c", code],
        input=given,
        env=os.environ | VARIABLES | environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def database_url() -> str:
    """Of the database that a test has."""
    server = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{server['NAME']}"
    return f"postgres://{server['USER']}@{server['HOST']}:{server['PORT']}/{server['NAME']}"


def peak_mib() -> int:
    """The most memory that this process has had; what rusage says is of whoever started it, where that had more."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024
