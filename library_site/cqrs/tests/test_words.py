"""Names of the code as words for people."""

import pytest

from library_site.cqrs.templatetags.words import words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("BorrowBook", "Borrow book"),
        ("user_suspended", "The person is suspended"),
        ("a_rule_of_old", "a_rule_of_old"),
        ('["user_suspended", "book_reserved"]', "The person is suspended, Somebody else waits for the book"),
        ("", ""),
    ],
)
def test_words(name: str, said: str) -> None:
    assert words(name) == said
