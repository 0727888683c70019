"""Which Pythons the project runs on, and which of a machine's is taken."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.specifiers import SpecifierSet

from deploy.lambda_runtime import GLIBC
from tests.guard import ROOT

FINDER = ROOT / ".ci" / "python"
HERE = {
    "bin/python3.14": "exit 127",  # a shim of what is not there
    "bin/python3.12": "echo 12 /bin/python3.12",
    "bin/python3.11": "exit 1",  # without its venv module, or it is no Python 3.11
    "bin/python3": "echo 12 /bin/python3",
    ".pyenv/versions/3.13.0/bin/python": "echo 13 /a home/python",
    ".pyenv/versions/3.9.18/bin/python": "exit 0",  # not one of ours
}
"""What each answers, when it is asked for its version and its place."""


def test_the_newest_that_starts_comes_first_and_each_version_once(tmp_path: Path) -> None:
    for name, answer in HERE.items():
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{answer}\n")
        program.chmod(0o755)
    for tool in ("awk", "sort"):
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))

    found = subprocess.check_output([FINDER], env={"PATH": f"{tmp_path}/bin", "HOME": str(tmp_path)}, text=True)

    assert found.splitlines() == ["/a home/python", "/bin/python3.12"]


def test_of_those_that_are_given_what_fits_is_printed() -> None:
    found = subprocess.check_output([FINDER, "no-such-python", sys.executable], text=True)

    assert found.splitlines() == [sys.executable]


def test_the_versions_are_the_same_everywhere() -> None:
    supported = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"])
    versions = [(3, minor) for minor in range(50) if f"3.{minor}" in supported]

    oldest, newest = versions[0], versions[-1]
    assert list(GLIBC) == versions
    assert f"{oldest} <= sys.version_info[:2] <= {newest}" in FINDER.read_text()
    for file in ("Makefile", "README.md", "docs/deploying.md"):
        assert re.search(rf"Python 3\.{oldest[1]}\s+to\s+3\.{newest[1]}\b", (ROOT / file).read_text()), file
