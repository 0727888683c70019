"""What an operator types, in this process: Zappa's commands and ours, against a server that stands for AWS.

What Zappa's callbacks start as `python -m deploy` is done in this process too. (test_package.py has Zappa itself.)
"""

import json
import subprocess
from functools import cache
from pathlib import Path
from subprocess import run
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest
from boto3 import Session
from zappa import core
from zappa.cli import ZappaCLI

from deploy.commands import main
from deploy.generated import functions
from deploy.lambda_runtime import PYTHON, RUNTIME

from .aws import ROOT, Aws, zappa_settings

SHARED = 'SECRET_KEY="a key with = and spaces"\nALLOWED_HOSTS=library.example.org'
SESSION = cache(Session)
"""A session that reads what there is to know of AWS's services once."""
WITHOUT_AWS = {"invoke", "manage", "package", "rollback"}
"""Zappa's commands that our callbacks carry out: it needs no clients of AWS for them, of which it has twenty."""


def put(aws: Aws, name: str, value: str) -> None:
    aws.client("ssm").put_parameter(Name=f"/library/{name}", Value=value, Type="SecureString", Overwrite=True)


def put_settings(aws: Aws) -> None:
    """What docs/deploying.md, Settings, has in the Parameter Store."""
    put(aws, "shared", SHARED)
    for role in {function.database_role for function, _ in functions().values()}:
        put(aws, role, f"DATABASE_URL={database_of(role)}")


def database_of(role: str) -> str:
    """Where functions connect that have this role."""
    return f"postgres://library_{role}:pass@db.example.org:5432/library?sslmode=require"


class Operator:
    """Somebody at a shell in the checkout, whose credentials are for the server."""

    def __init__(self, aws: Aws, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.aws, self.folder = aws, folder
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr(ZappaCLI, "check_for_update", lambda _: None)
        monkeypatch.setattr(core.boto3, "Session", SESSION)
        monkeypatch.setattr(subprocess, "run", _in_this_process)
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        stages = {name: stage | {"runtime": RUNTIME} for name, stage in zappa_settings().items()}
        self.stages = self.write("zappa_settings.json", json.dumps(stages))
        put_settings(aws)

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file

    def put(self, name: str, value: str) -> None:
        put(self.aws, name, value)

    def zip(self, release: str, news: str = "", python: str = "".join(map(str, PYTHON))) -> Path:
        """A zip as far as the deployment reads it: of this release, with this in it."""
        package = self.folder / f"{release}{news}.zip"
        with ZipFile(package, "w") as file:
            file.writestr(ZipInfo("library_site/releases/__init__.py"), f'"""Which."""\n\nRELEASE = "{release}"\n')
            file.writestr(ZipInfo(f"library_site/__pycache__/release.cpython-{python}.pyc"), news)
        return package

    def zappa(self, *words: str | Path, without_aws: bool = False) -> int | str:
        """Its exit status, or the sentence that it ends with."""
        zappa = ZappaCLI()
        zappa.load_credentials = not without_aws and words[0] not in WITHOUT_AWS
        return _status(zappa.handle, [words[0], "-s", self.stages, *words[1:]])

    def deploy(self, *words: str | Path) -> int | str:
        """The same of `python -m deploy`."""
        return _status(main, words)


def _in_this_process(command: list[Any], *, check: bool = False, **options: Any) -> Any:
    if command[1:3] != ["-m", "deploy"]:
        return run(command, check=check, **options)
    completed: Any = subprocess.CompletedProcess
    return completed(command, _status(main, command[3:]))


def _status(command: Any, words: Any) -> int | str:
    try:
        command([str(word) for word in words])
    except SystemExit as exit_:
        return exit_.code or 0
    return 0
