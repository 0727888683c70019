"""Names of the code as words for people."""

import pytest

from library_site.cqrs.templatetags.words import words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("BorrowBook", "Borrow book"),
        ("user_suspended", "user suspended"),
        ('["user_suspended", "book_reserved"]', "user suspended, book reserved"),
        ("", ""),
    ],
)
def test_words(name: str, said: str) -> None:
    assert words(name) == said
