"""Makes a release: `python -m tests.release 0.3.0`. What stands under "Unreleased" in CHANGELOG.md is what it is.

It names the version and the day there, in library_site/releases and in pyproject.toml, and keeps the columns that it
uses, so that later releases know whether functions may go back to it.
"""

import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
UNRELEASED = "## Unreleased\n"


def main(version: str) -> None:
    from library_site.releases import RELEASE
    from library_site.releases.schema import FOLDER, number, used

    if not re.fullmatch(r"\d+\.\d+\.\d+", version) or number(version) <= number(RELEASE):
        sys.exit(f"A version after {RELEASE}, please: {version!r} is none.")
    changes = (ROOT / "CHANGELOG.md").read_text()
    if not re.search(rf"^{UNRELEASED}\n+(?!## )\S", changes, re.MULTILINE):
        sys.exit('Nothing stands under "Unreleased" in CHANGELOG.md.')
    released = f"{UNRELEASED}\n## {version} - {datetime.now(UTC).date()}\n"
    (ROOT / "CHANGELOG.md").write_text(changes.replace(UNRELEASED, released, 1))
    _replace(ROOT / "library_site" / "releases" / "__init__.py", r'^RELEASE = ".*"', f'RELEASE = "{version}"')
    _replace(ROOT / "pyproject.toml", r'^version = ".*"', f'version = "{version}"')
    tables = [f"{json.dumps(table)}: {json.dumps(columns)}" for table, columns in used().items()]
    (FOLDER / f"{version}.json").write_text("{\n" + ",\n".join(tables) + "\n}\n")


def _replace(file: Path, pattern: str, line: str) -> None:
    text, found = re.subn(pattern, line, file.read_text(), count=1, flags=re.MULTILINE)
    if not found:
        sys.exit(f"{file.name} has no line {pattern}.")
    file.write_text(text)


if __name__ == "__main__":
    os.environ.update(DJANGO_SETTINGS_MODULE="library_site.settings", DEBUG="True", DATABASE_URL="sqlite://:memory:")
    django.setup()
    main(*sys.argv[1:])
