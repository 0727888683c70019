"""The German of the library is complete, and what people read is in the language that they ask for."""

import ast
import gettext
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client
from django.utils import timezone, translation
from rest_framework.test import APIClient

from circulation.models import LibraryUser
from library_site.cqrs.texts import long_date
from tests.german import ENTRIES, GERMAN, entries, expect_none
from tests.guard import ROOT
from tests.library import add_book, borrow, register

TRANSLATED = ("catalog", "circulation", "library_site", "templates")

de = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture(autouse=True)
def no_language() -> Iterator[None]:
    """The language of a request stays with its thread."""
    yield
    translation.deactivate()


# The catalogue of messages


def test_every_message_is_translated() -> None:
    assert len(ENTRIES) > 500
    expect_none([entry.key for entry in ENTRIES if not entry.is_translated], "There is no German for this")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w*\}|%\(\w+\)\w|%%|%\w", text))


def test_what_is_filled_in_is_filled_in_in_german_too() -> None:
    """(In the singular the number may be a word.)"""
    wrong = []
    for entry in ENTRIES:
        allowed = set().union(*map(placeholders, entry.english))
        needed = placeholders(entry.english[0]) if len(entry.english) == 1 else set()
        wrong += [text for text in entry.german if not needed <= placeholders(text) <= allowed]
    expect_none(wrong, "What is in braces in English is not in this German", f"correct {GERMAN / 'django.po'}")


def test_what_is_compiled_is_what_was_translated() -> None:
    with (GERMAN / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    said: dict[Any, str] = {}
    for entry in ENTRIES:
        plural = len(entry.english) > 1
        said |= {(entry.key, number) if plural else entry.key: text for number, text in enumerate(entry.german)}
    differing = {str(key) for key, _ in (compiled.items() ^ said.items()) if key}
    expect_none(differing, "django.mo does not say of this what django.po says", "`make translations`")


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="Needs gettext.")
def test_nothing_in_the_code_waits_to_be_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """On a copy: Django writes Python beside the templates, for gettext to read."""
    for folder in TRANSLATED:
        ignored = shutil.ignore_patterns("tests", "locale", "static", "__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LOCALE_PATHS[0].mkdir()
    monkeypatch.chdir(tmp_path)

    call_command("makemessages", locale=["de"], no_location=True, verbosity=0)

    found = {entry.key for entry in entries(tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po")}
    expect_none(found ^ {entry.key for entry in ENTRIES}, "This is in the code or in django.po, and not in both")


def test_make_translations_reads_what_is_translated_and_nothing_else() -> None:
    """Not, for one, the examples of docs/how-to, whose messages are not the library's."""
    ignored = re.findall(r"--ignore (\S+)", (ROOT / "Makefile").read_text())
    folders = {file.relative_to(ROOT).parts[0] for kind in ("py", "html") for file in ROOT.glob(f"[!.]*/**/*.{kind}")}
    assert folders.difference(ignored) == set(TRANSLATED)


def test_nothing_to_be_translated_hides_in_an_f_string() -> None:
    """Where gettext does not see it."""
    hidden = []
    for path in (each for folder in TRANSLATED for each in (ROOT / folder).rglob("*.py")):
        strings = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr)]
        called = {node.func for string in strings for node in ast.walk(string) if isinstance(node, ast.Call)}
        names = {node.id for node in called if isinstance(node, ast.Name)}
        hidden += [path for name in names if name == "_" or "gettext" in name]
    assert hidden == []


# What people read


def test_pages_are_in_the_language_of_the_browser(desk: Client) -> None:
    page = desk.get("/borrow-book", headers=de)
    assert page.headers["Content-Language"] == "de"
    assert "Accept-Language" in page.headers["Vary"]
    assert '<html lang="de">' in page.content.decode()
    assert "<h1>Buch ausleihen</h1>" in page.content.decode()
    assert "<h1>Borrow book</h1>" in desk.get("/borrow-book", headers={"Accept-Language": "fr"}).content.decode()


@pytest.mark.django_db
def test_who_chooses_a_language_stays_with_it() -> None:
    browser = Client()
    assert 'name="language" value="de" lang="de">Deutsch</button>' in browser.get("/login").content.decode()

    chosen = browser.post("/language", {"language": "de", "next": "/login?next=/return-book"})

    assert (chosen.status_code, chosen.headers["Location"]) == (302, "/login?next=/return-book")
    cookie = chosen.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/", "Lax", True)
    page = browser.get("/login", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="de">' in page
    assert 'lang="en">English</button>' in page


def test_nobody_is_led_elsewhere_by_the_choice_of_a_language() -> None:
    led = Client().post("/language", {"language": "de", "next": "https://example.org/"})
    assert led.headers["Location"] == "/"


def test_problems_are_in_the_language_that_is_asked_for_and_codes_are_not(api: APIClient) -> None:
    book_id, ann = add_book("Emma"), register("Ann Lee")
    borrow(book_id, register("Bob Roe"))
    problem = api.post(f"/api/book/{book_id}/borrow", {"user_id": ann}, headers=de).json()
    due_on = timezone.localdate() + timedelta(days=28)
    with translation.override("de"):
        day = long_date(due_on)
    assert problem["code"] == "book_not_available"
    assert problem["detail"] == f"„Emma“ ist bis {day} an Bob Roe ausgeliehen. Bitte erst zurücknehmen."

    unreadable = api.post(f"/api/book/{book_id}/borrow", {}, headers=de).json()
    assert unreadable["errors"] == [
        {"field": "user_id", "code": "required", "detail": "Dieses Feld ist zwingend erforderlich."}
    ]


@pytest.mark.parametrize(("language", "said"), [("en", "was reported missing on"), ("de", "vermisst gemeldet.")])
def test_what_is_stored_is_in_the_language_of_the_library(
    api: APIClient, settings: Any, language: str, said: str
) -> None:
    settings.LANGUAGE_CODE = language
    other = {"Accept-Language": {"en": "de", "de": "en"}[language]}
    borrow(book_id := add_book("Emma"), ann := register())

    api.post(f"/api/book/{book_id}/missing", headers=other)
    assert said in LibraryUser.objects.get(pk=ann).status_comment

    api.post(f"/api/book/{book_id}/found", headers={"Accept-Language": language})
    assert LibraryUser.objects.get(pk=ann).status_comment == ""


def test_the_schema_is_in_english(api: APIClient) -> None:
    schema = api.get("/api/schema?format=json", headers=de).json()
    assert schema["paths"]["/api/book/{id}/borrow"]["post"]["summary"] == "Borrow book"
    assert "On loan" in str(schema["components"]["schemas"])


@pytest.mark.parametrize(("language", "said"), [("en", "5 Mar 2026, 12,345"), ("de", "5. März 2026, 12.345")])
def test_days_and_numbers_are_written_as_the_language_has_them(language: str, said: str) -> None:
    template = Template('{{ day|date:"SHORT_DATE_FORMAT" }}, {{ number }}')
    with translation.override(language):
        assert template.render(Context({"day": date(2026, 3, 5), "number": 12345})) == said
