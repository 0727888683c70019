"""What docs/how-to adds to the library, added to a copy of it: complete there, by the tests that each page names."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import check_out
from tests.guard import ROOT

EXAMPLES = ROOT / "docs" / "how-to" / "examples"

MADE = (("-m", "deploy", "write"), ("manage.py", "draw_states"))
"""What makes what is generated; the last one prints docs/states.md."""

NAMED = (
    *("tests/test_complete.py", "tests/test_topologies.py", "catalog/tests/queries/test_get_new_books.py"),
    *("circulation/tests/test_self_check.py", "circulation/tests/domain/test_codes.py"),
)
WANTED = "RecallBook or GetNewBooks or get_new_books or self_check or codes or files_are_as or topology_is_made"


def test_the_edits_of_a_page_can_still_be_made(tmp_path: Path) -> None:
    check_out(tmp_path)
    edits = sorted(EXAMPLES.glob("*/edits.patch"))
    for each in edits:
        subprocess.run(["git", "apply", each], cwd=tmp_path, check=True)
    assert edits


@pytest.mark.soak
def test_what_the_pages_add_is_complete(tmp_path: Path) -> None:
    check_out(tmp_path)
    for example in sorted(EXAMPLES.iterdir()):
        add(example, tmp_path)

    for command in MADE:
        said = python(tmp_path, *command)
    (tmp_path / "docs" / "states.md").write_text(said)
    said = python(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", WANTED, *NAMED)

    assert " passed" in said
    assert " skipped" not in said


def add(example: Path, to: Path) -> None:
    """Its new files, its edits and its German."""
    shutil.copytree(example, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("edits.patch", "german.po"))
    if (edits := example / "edits.patch").exists():
        subprocess.run(["git", "apply", edits], cwd=to, check=True)
    if (german := example / "german.po").exists():
        with (to / "library_site/locale/de/LC_MESSAGES/django.po").open("a") as catalogue:
            catalogue.write(german.read_text())


def python(there: Path, *arguments: str) -> str:
    """What it prints; if it fails, what it says."""
    ran = subprocess.run([sys.executable, *arguments], cwd=there, capture_output=True, text=True, check=False)
    if ran.returncode:
        pytest.fail(ran.stdout + ran.stderr, pytrace=False)
    return ran.stdout
