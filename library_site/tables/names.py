"""Names of persons as they are spoken: “Holt, Mira” is Mira Holt. No name loses a part."""

import re
from collections.abc import Iterable
from enum import Enum

from .vocabulary import plain


class Order(Enum):
    """What a comma does in the names of a column: it stands between two persons, or it turns one's name around."""

    FIRST_LAST = "Mira Holt, Otto Brandt"
    LAST_FIRST = "Holt, Mira"


ORDERS = {"first-last": Order.FIRST_LAST, "last-first": Order.LAST_FIRST}
"""By the words in which somebody says which it is."""

_LAST_FIRST = {"authorlf", "authorlastfirst", "lastfirst", "lastnamefirst", "authorsort", "sortname", "primaryauthor"}
_SUFFIXES = {"jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "phd", "esq"}
_FIRMS = {"inc", "ltd", "limited", "llc", "llp", "plc", "corp", "gmbh", "sarl"}
_LIKE_INITIALS = {"ag", "bv", "co", "dj", "da", "ev", "iv", "kg", "md", "sa", "sl"}
"""Suffixes, of firms and of persons, that are initials behind a single surname: “Smith, S.A.”."""

_PARTICLES = re.compile(
    r"v[ao]n|vom|zu[mr]?|de[rnmls]?|dell?a|d[aiou]|d[ao]s|l[aeo]s?|[ae]l|[bi]bn|b[ei]n|ten?|ter|a[fv]|[yei]|och",
    re.IGNORECASE,
)
_ROLES = (
    r"(?:joint )?author|auth|writer|editors?|eds?|edited by|hrsg|hg|herausgeber(?:in)?|verfasser(?:in)?|auteur|autora?"
    r"|illustrator(?:s|in)?|illus|ills?|illustrateur|ilustradora?|translators?|transl?|übers|übersetzer(?:in)?"
    r"|traducteur|traductora?|trad|éd|dir|coord|compilers?|comp|narrator|contributor|photographer"
)
_YEAR = r"(?:(?:approximately|active|ca\.?|fl\.?|b\.|d\.|born|died|geb\.|\*)\s*)*[0-9]{3,4}\??"
_YEARS = rf"(?:{_YEAR}(?:\s*[-–/]\s*(?:{_YEAR}|\.{{2,4}})?)?|[-–][0-9]{{4}})"

_years = re.compile(rf"(?:,\s*{_YEARS}|,?\s*[(\[]{_YEARS}[)\]])\.?(?=\s*(?:,|$|[(\[]))", re.IGNORECASE)
_role = re.compile(rf"(?:\s*[(\[](?:{_ROLES})\.?[)\]]|,\s*(?:{_ROLES})\.?)\s*$", re.IGNORECASE)
_beside = re.compile(r"[,(\[]")
_and_others = re.compile(
    r"[\s,;…]*(?:\.{3}\s*)?[(\[]?\b(?:et al\.?|u\. ?a\.|and others|et autres|y otros)[)\]]?\s*$", re.IGNORECASE
)
_between = re.compile(r"\s*[;|]\s*|\s+/\s+")
_and = re.compile(r",?\s+(?:&|and|with|und|mit|et|avec|y|con)\s+|/|\s*[\r\n]\s*", re.IGNORECASE)
_by = re.compile(r"^(?:(?:written|edited|compiled|translated) )?by\s+", re.IGNORECASE)
_full_stop = re.compile(r"(?<=[^\W\d]{3})\.$")


def order_of(column: str, cells: Iterable[str]) -> Order:
    """By the name of the column; else by the cells that have a comma: of most of them, it turns the name around."""
    if plain(column) in _LAST_FIRST:
        return Order.LAST_FIRST
    pieces = (piece for cell in cells if "," in cell for piece in _between.split(cell))
    parts = [found for piece in pieces if len(found := _parts(_bare(piece))) > 1]
    turned = sum(1 for found in parts if _is_turned(found) or _is_one_name(found))
    return Order.LAST_FIRST if parts and turned * 2 >= len(parts) else Order.FIRST_LAST


def whole_name(name: str) -> str:
    """One person's name as it is spoken, whatever the order: a comma in it is where it was turned around.

    Years, and what somebody did for the book, do not belong to the name. A firm's comma stays, as one before Jr. does.
    """
    return _spoken(_parts(_bare(name)))


def names_in(cell: str, order: Order) -> list[str]:
    """The whole names of all whom a cell names, none twice."""
    names: list[str] = []
    for piece in _between.split(_and_others.sub("", cell)):
        people = [_parts(_bare(person)) for person in _people(piece)]
        for parts in people:
            names += _names(parts, Order.FIRST_LAST if _is_list(parts, people) else order)
    return [*dict.fromkeys(filter(None, names))]


def _is_list(parts: list[str], people: list[list[str]]) -> bool:
    """Whether the comma is the first of “Ann Lee, Bo Chan and Cy Dean”."""
    return len(people) > 1 and len(people[-1]) == 1 and all(" " in part for part in parts)


def _names(parts: list[str], order: Order) -> list[str]:
    if order is Order.LAST_FIRST:
        pairs = len(parts) > 3 and len(parts) % 2 == 0
        return [_spoken(parts[at : at + 2]) for at in range(0, len(parts), 2)] if pairs else [_spoken(parts)]
    return [_spoken(parts)] if _is_turned(parts) else parts


def _spoken(parts: list[str]) -> str:
    """What stands behind the first comma goes before it; the suffix, or what else there is, stays behind."""
    if len(parts) < 2:
        return "".join(parts)
    last, first, *others = parts
    first, *suffix = first.split(", ")
    last, *suffix_of_last = last.split(", ")
    forenames, _, behind = first.rpartition(" ")
    spoken = f"{forenames} {last} {behind}" if forenames and plain(behind) in _SUFFIXES else f"{first} {last}"
    return ", ".join([spoken, *suffix_of_last, *suffix, *others])


def _bare(name: str) -> str:
    """The name without years and roles, and without the punctuation that cataloguers put behind it."""
    before, text = "", _by.sub("", " ".join(name.split()))
    while text != before:
        before = text
        if _beside.search(text):
            text = _role.sub("", _years.sub("", text))
        text = text.strip(" ,/:;")
    behind = text.rpartition(",")[2]
    belongs = behind == text or plain(behind) in _FIRMS | _SUFFIXES | _LIKE_INITIALS
    return text if belongs else _full_stop.sub("", text)


def _without_role(part: str) -> str:
    return _role.sub("", part.strip())


def _people(piece: str) -> list[str]:
    """Those between whom there is an “and”, unless that is in a name: of a firm, of two surnames, of a couple."""
    people = _and.split(piece)
    return people if len(people) == 1 or all(_may_be_a_person(_bare(person)) for person in people) else [piece]


def _may_be_a_person(name: str) -> bool:
    words = name.replace(",", " ").split()
    named = [word for word in words if not _PARTICLES.fullmatch(word)]
    return len(words) > 1 and not any(word[0].islower() for word in named) and plain(words[-1]) not in _FIRMS


def _parts(name: str) -> list[str]:
    """What stands between commas; what belongs to a name, as Jr. and Inc. do, stays with what it follows."""
    parts: list[str] = []
    for part in filter(None, map(_without_role, name.split(","))):
        if parts and _belongs(part, parts[-1]):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


def _belongs(part: str, before: str) -> bool:
    word = plain(part.split(maxsplit=1)[0])
    return word in _FIRMS or plain(part) in _SUFFIXES or (" " in before and plain(part) in _LIKE_INITIALS)


def _is_turned(parts: list[str]) -> bool:
    """Whether two parts are certainly one name: no list has single words only, initials last, or a suffix so."""
    if len(parts) != 2:
        return False
    last, *suffix_of_last = parts[0].split(", ")
    first, *suffix = parts[1].split(", ")
    words = first.split()
    surname = [word for word in last.split() if not _PARTICLES.fullmatch(word)]
    return len(surname) < 2 and (len(words) == 1 or bool(suffix or suffix_of_last) or _is_initial(words[-1]))


def _is_one_name(parts: list[str]) -> bool:
    """Whether two parts are more likely a surname and forenames than two persons."""
    return len(parts) == 2 and any(" " not in part for part in parts)


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1 or bool(re.fullmatch(r"(?:\w\.-?)+", word))
