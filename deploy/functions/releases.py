"""Which release a function's code is of: what its zip says."""

import hashlib
import re
import zipfile
from base64 import b64encode
from pathlib import Path

from deploy.package import PACKAGE

from .versions import UNKNOWN, Versions

RELEASE = re.compile(r'^RELEASE = "(\S+)"$', re.MULTILINE)


def code_of(package: Path) -> str:
    """The zip's hash, as Lambda says it."""
    return b64encode(hashlib.sha256(package.read_bytes()).digest()).decode()


def description(versions: Versions, package: Path | None = None) -> str:
    """What a version of the function's code is called: that of the same code, or else by the zip, if it holds that."""
    code = versions.latest["CodeSha256"]
    same = (each.description for each in versions.ours() if each.code == code and each.release)
    return next(same, None) or _by(package or PACKAGE, code)


def _by(package: Path, code: str) -> str:
    if not package.exists() or code_of(package) != code:
        return UNKNOWN
    with zipfile.ZipFile(package) as file:
        found = RELEASE.search(file.read("library_site/releases/__init__.py").decode())
    return f"release {found[1]}" if found else UNKNOWN
