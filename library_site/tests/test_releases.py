"""Functions can go back to the release before: a migration adds, and what it takes away nobody uses any more."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.commands import AddNewBook
from library_site import releases
from library_site.cqrs import dispatch
from library_site.releases import schema
from tests import release
from tests.library import add_book, context

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

USED = {"catalog_author": {"id": False, "name": False}}
OBSTACLES = {
    "The table cqrs_plan is gone.": {"cqrs_plan": {"id": False}},
    "catalog_author.born is gone.": {"catalog_author": USED["catalog_author"] | {"born": True}},
    "catalog_author.name must have a value, which it does not know of (no db_default).": {
        "catalog_author": {"id": False}
    },
    "catalog_author.name must have a value now, which it may leave out.": {
        "catalog_author": {"id": False, "name": True}
    },
}


def test_the_release_before_runs_on_todays_database() -> None:
    """A release that is made here must not stop it; what is not released yet must not stop the last one."""
    *_, before, last = [None, *schema.releases()]
    is_released = json.loads((schema.FOLDER / f"{last}.json").read_text()) == schema.used()

    assert schema.obstacles(before if before and is_released else str(last)) == []


def test_a_release_is_named_the_same_everywhere() -> None:
    project = tomllib.loads((release.ROOT / "pyproject.toml").read_text())["project"]
    (newest, *_) = re.findall(
        r"^## ([\d.]+) - \d{4}-\d\d-\d\d$", (release.ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )

    assert releases.RELEASE == schema.releases()[-1] == newest == project["version"]


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[schema.Columns], None]:
    """Says what the release 0.0.9 used."""
    monkeypatch.setattr(schema, "FOLDER", tmp_path)

    def say(columns: schema.Columns) -> None:
        (tmp_path / "0.0.9.json").write_text(json.dumps(columns))

    return say


@pytest.mark.parametrize(("sentence", "columns"), OBSTACLES.items())
def test_what_a_release_uses_stays_and_what_it_does_not_know_is_not_needed(
    used: Callable[[schema.Columns], None], sentence: str, columns: schema.Columns
) -> None:
    used(columns)

    assert sentence in schema.obstacles("0.0.9")
    with pytest.raises(CommandError, match=r"^Release 0\.0\.9 does not run on this database\. ") as refused:
        call_command("check_release", "0.0.9")
    assert sentence in str(refused.value)


def test_a_new_column_does_not_stand_in_the_way_if_the_database_fills_it(
    used: Callable[[schema.Columns], None], capsys: pytest.CaptureFixture[str]
) -> None:
    used({"catalog_author": schema.used()["catalog_author"]})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_author ADD COLUMN born integer NOT NULL DEFAULT 0")
        cursor.execute("ALTER TABLE catalog_author ADD COLUMN died integer")

    call_command("check_release", "0.0.9")

    assert capsys.readouterr().out == "Release 0.0.9 runs on this database.\n"


def test_what_is_empty_stands_in_the_way_of_a_release_that_knows_none_such(
    used: Callable[[schema.Columns], None],
) -> None:
    used({"catalog_book": schema.used()["catalog_book"] | {"author_id": False}})
    add_book()
    assert schema.obstacles("0.0.9") == []

    dispatch(AddNewBook(title="Atlas"), context())

    assert schema.obstacles("0.0.9") == [
        "catalog_book.author_id is empty in some rows, and the release knows none such."
    ]


def test_what_no_column_shows_is_said_by_the_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BREAKING", {("catalog", "0001_initial"): "0.1.1", ("catalog", "9999_later"): "9.0.0"})

    said = [each for each in schema.obstacles("0.1.0") if each.startswith("After ")]
    assert said == ["After the migration catalog.0001_initial no release before 0.1.1 runs."]


def test_a_release_that_never_was_is_refused() -> None:
    with pytest.raises(CommandError, match=r"^There is no release 0\.0\.1; there are 0\.1\.0"):
        call_command("check_release", "0.0.1")


def test_a_release_is_made_by_one_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, used: Callable[[schema.Columns], None]
) -> None:
    monkeypatch.setattr(release, "ROOT", tmp_path)
    (tmp_path / "library_site" / "releases").mkdir(parents=True)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- News.\n\n## 0.1.0 - 2026-11-30\n")
    (tmp_path / "library_site" / "releases" / "__init__.py").write_text('RELEASE = "0.1.0"\n')
    (tmp_path / "pyproject.toml").write_text('version = "0.1.0"\n')

    release.main("12.0.0")

    assert re.search(r"## Unreleased\n\n## 12\.0\.0 - [\d-]{10}\n\n- News\.", (tmp_path / "CHANGELOG.md").read_text())
    assert json.loads((tmp_path / "12.0.0.json").read_text()) == schema.used()
    for again in ("12.0.1", "0.0.1", "next"):
        with pytest.raises(SystemExit, match=r"Nothing stands|A version after"):
            release.main(again)
