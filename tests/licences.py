"""The licences of what is shipped, in the zip for Lambda and on a server: `python -m tests.licences`.

Fails for a licence that is unknown, or asks something of who passes it on and is not on the short list with a reason.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

PERMISSIVE = {
    *("Apache-2.0", "Apache Software License", "PSF-2.0"),
    *("BSD", "BSD-2-Clause", "BSD-3-Clause", "BSD 3-Clause", "BSD License"),
    *("MIT", "MIT License", "MIT-0", "MIT No Attribution License (MIT-0)"),
}

UNCHANGED = "used as it is, by import, from a package of its own that anybody may replace"
LOOKED_AT = {
    ("defusedxml", "Python Software Foundation License"): "as permissive as Python’s own",
    ("psycopg", "LGPL-3.0-only"): UNCHANGED,
    ("psycopg-binary", "LGPL-3.0-only"): UNCHANGED,
    ("pygal", "GNU Lesser General Public License v3 or later (LGPLv3+)"): UNCHANGED,
    ("pymarc", ""): "its LICENSE is BSD-2-Clause, and every file says so",
    ("python-stdnum", "GNU Lesser General Public License v2 or later (LGPLv2+)"): UNCHANGED,
    ("tqdm", "MPL-2.0 AND MIT"): f"{UNCHANGED}; what it asks is about its own files",
}
"""Packages whose licence asks something, and why that is no trouble. Another licence of theirs is looked at anew."""


def shipped() -> dict[str, str]:
    """The licence of each package that the project, its server or its functions need, and of what these need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    found: dict[str, set[str]] = {}
    wanted = [Requirement(each) for each in (*project["project"]["dependencies"], *groups["server"], *groups["lambda"])]
    while wanted:
        each = wanted.pop()
        name = canonicalize_name(each.name)
        extras = ({""} | each.extras) - found.get(name, set())
        found.setdefault(name, set()).update(extras)
        wanted += _needed_by(name, extras)
    return {name: licence_of(name) for name in sorted(found)}


def _needed_by(name: str, extras: Iterable[str]) -> Iterator[Requirement]:
    for each in map(Requirement, metadata(name).get_all("Requires-Dist", [])):
        if any(each.marker is None or each.marker.evaluate({"extra": extra}) for extra in extras):
            yield each


def licence_of(name: str) -> str:
    """What a package says of itself: an expression, else its classifiers, else a line of its own; empty: nothing."""
    said = metadata(name)
    classifiers = [each.split(" :: ")[-1] for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    (own, expression) = ("".join(said.get_all(each, [])).strip() for each in ("License", "License-Expression"))
    return expression or " OR ".join(classifiers) or ("" if "\n" in own else own)


def is_permissive(licence: str) -> bool:
    """Whether one may take it to ask nothing but to be named."""
    return any(PERMISSIVE.issuperset(choice.split(" AND ")) for choice in licence.split(" OR "))


def faults(licences: dict[str, str]) -> list[str]:
    """What is to be looked at, in words."""
    message = "{}: {}. Do without it, or say in LOOKED_AT of tests/licences.py why that is no trouble."
    return [
        message.format(name, licence or "says nothing of its licence")
        for name, licence in licences.items()
        if not is_permissive(licence) and (name, licence) not in LOOKED_AT
    ]


if __name__ == "__main__":
    licences = shipped()
    if "--quiet" not in sys.argv[1:]:
        for name, licence in licences.items():
            reason = LOOKED_AT.get((name, licence))
            sys.stdout.write(f"{name:27} {licence}{f' – {reason}' if reason else ''}\n")
    sys.exit("\n".join(faults(licences)) or None)
