"""Which numbers are ISBNs of books, and what the others are that stand where one should."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from stdnum import ean, issn

from catalog.policies import canonical_isbn

_SAYS_NOTHING = re.compile(
    "0{0,4}|na|nan|nb|nil|x+|null|unknown|unbekannt|inconnue?|desconocido|(no|none|keine?|ohne|aucune?|sans|sin|ninguno)(isbn)?"
)
"""What is written where there is no number, in lower case, without what is between its letters."""


def isbn_of_a_book(text: str) -> str | None:
    """Its 13 digits; None for what is no ISBN, for music (979-0), and for what only fills a field."""
    number = canonical_isbn(text)
    return None if number is None or number.startswith("9790") or fills_a_field(number[3:12]) else number


def fills_a_field(digits: str) -> bool:
    """Whether the nine digits of an ISBN are what somebody types who has none."""
    return len(set(digits)) == 1 or digits == "123456789"


def says_something(text: str) -> bool:
    """Whether a cell says anything but that there is no number."""
    return len(text) > 30 or _SAYS_NOTHING.fullmatch(re.sub(r"[\W_]", "", text.casefold())) is None


def what_it_is(text: str) -> str:
    """In words, of what is not the ISBN of a book."""
    number = re.sub(r"[^0-9A-Z]", "", text.upper())
    found = (what for is_it, what in _KINDS if is_it(number))
    return _(next(found, gettext_noop("not an ISBN")))


def _is_placeholder(number: str) -> bool:
    return len(set(number)) == 1 or (canonical_isbn(number) is not None and isbn_of_a_book(number) is None)


def _is_issn(number: str) -> bool:
    return (len(number) == 8 and issn.is_valid(number)) or re.fullmatch(r"977\d{10}", number) is not None


def _is_article(number: str) -> bool:
    return len(number) in {12, 13} and ean.is_valid(number) and number[:3] not in {"978", "979"}


_KINDS = (
    (lambda number: number.startswith("9790") and len(number) == 13, gettext_noop("music (an ISMN)")),
    (_is_placeholder, gettext_noop("a placeholder")),
    (_is_issn, gettext_noop("8 digits that pass as an ISSN")),
    (_is_article, gettext_noop("the number of an article (EAN), of no book")),
    (lambda number: re.fullmatch(r"\d{9}[\dX]|97[89]\d{10}", number), gettext_noop("check digit wrong")),
    (lambda number: re.fullmatch(r"\d{13}", number), gettext_noop("13 digits, but not 978 or 979 first")),
    (
        lambda number: re.fullmatch(r"\d{6,8}[\dX]", number),
        gettext_noop("digits are missing, and it is not certain which"),
    ),
)
