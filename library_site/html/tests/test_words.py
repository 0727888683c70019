"""Names of the code as words for people."""

from datetime import date

import pytest
from django.template.loader import render_to_string

from library_site.html.templatetags.words import actor, source, words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BorrowBook", "Borrow book"),
        ("user_suspended", "The person is suspended"),
        ("a_rule_of_old", "a_rule_of_old"),
        ('["user_suspended", "book_reserved"]', "The person is suspended, Somebody else waits for the book"),
        ("", ""),
    ],
)
def test_words(name: str, text: str) -> None:
    assert words(name) == text


def test_who_did_it_and_how_is_said_as_people_say_it() -> None:
    assert [actor(name) for name in ("librarian", "system:cli", "system:lambda")] == [
        "librarian",
        "the command line",
        "the library’s clock",
    ]
    assert [source(name) for name in ("html", "rest", "cli")] == ["on a page", "by a program", "on the command line"]


@pytest.mark.parametrize(
    ("person", "text"),
    [
        ({"suspended_until": date(2026, 12, 24)}, "until 24 December 2026"),
        (
            {"suspended_at": date(2026, 11, 3), "suspended_by": "system:cli", "suspended_until": date(2026, 12, 24)},
            "since 3 November 2026 by the command line, until 24 December 2026",
        ),
        ({"suspended_by": "librarian"}, "by librarian"),
        ({}, ""),
    ],
)
def test_a_suspension_is_said_without_spaces_around_it(person: dict[str, object], text: str) -> None:
    assert render_to_string("parts/suspension.html", {"person": person}) == text
