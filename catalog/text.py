"""How the catalogue compares words: as an authority file has them, and as people type them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from library_site.cqrs.validation import in_keys

_MAX_WORD = 100
_APOSTROPHES = re.compile("[’‘ʼʻʹ′´`]")
_PARTED = re.compile(r"[^\W_]+(?:'+[^\W_]+)*")
_UMLAUT = re.compile("([aou])\u0308")
_NAME_OF_LETTER = re.compile(r"LATIN SMALL (?:LETTER|LIGATURE) (?:OPEN |DOTLESS |REVERSED )?([A-Z]{1,2})(?: WITH .+)?")
_OTHERWISE = {
    "ALPHA": "a",
    "BARRED O": "o",
    "ENG": "n",
    "ESH": "s",
    "ETH": "d",
    "EZH": "z",
    "GAMMA": "g",
    "IOTA": "i",
    "KRA": "k",
    "SCHWA": "e",
    "THORN": "th",
    "TURNED E": "e",
    "U BAR": "u",
    "UPSILON": "u",
}


class _Letters(dict[int, str]):
    """What people type for a letter: the plain letters that its name says; for another script's, itself."""

    def __missing__(self, code: int) -> str:
        name = unicodedata.name(chr(code), "")
        named = _NAME_OF_LETTER.fullmatch(name)
        self[code] = named[1].lower() if named else _OTHERWISE.get(name.removeprefix("LATIN SMALL LETTER "), chr(code))
        return self[code]


_LETTERS = _Letters()


def collapse(text: str) -> str:
    """`text` without white space at its ends, and one space wherever there was more; composed (NFC)."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def name_key(name: str) -> str:
    """What makes two spellings the same name: what is seen of it, in NFKC, casefolded, white space collapsed.

    Source: Unicode Standard Annex #15 and section 3.13 (default caseless matching).
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", in_keys(name)).casefold())
    return " ".join(folded.split())


def search_words(text: str) -> list[str]:
    """The words of `text` as a search compares them: lower case, plain letters, without accents or punctuation.

    An apostrophe is part of its word: O'Brien is obrien, don't is dont.
    """
    return [_joined(word) for word in _words(_plain(_decomposed(text)))]


class WordsToFind:
    """All by which a text is found: its words, what else people type for them, and how the text begins.

    What else: ae for ä, as Germans do; the parts that an apostrophe divides; initials in one, JK for J. K.
    """

    def __init__(self, text: str) -> None:
        decomposed = _decomposed(text)
        parted = _words(_plain(decomposed))
        spelt = parted if decomposed.isascii() else _words(_plain(_UMLAUT.sub(r"\1e", decomposed)))
        self.words = [_joined(word) for word in parted]
        parts = [part[:_MAX_WORD] for word in (*parted, *spelt) if "'" in word for part in word.split("'") if part]
        runs = ["".join(run) for run in in_runs(parted)] if any(map(_is_initial, parted)) else parted
        otherwise = [[] if each is parted else [*map(_joined, each)] for each in (spelt, runs)]
        self.others = [*otherwise[0], *parts, *otherwise[1]]
        first = [*self.words[:1], *map(_joined, (*spelt[:1], *runs[:1]))]
        self.beginnings = [word[:letters] for word in first for letters in (1, 2)]


def in_runs(words: Iterable[str]) -> Iterator[list[str]]:
    """The words one by one, but initials that follow each other together."""
    for is_initial, group in groupby(words, _is_initial):
        run = list(group)
        yield from [run] if is_initial else ([word] for word in run)


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word != word.upper()


def _decomposed(text: str) -> str:
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("'", in_keys(text))).casefold()
    return _APOSTROPHES.sub("'", unicodedata.normalize("NFKD", folded))


def _plain(decomposed: str) -> str:
    if decomposed.isascii():
        return decomposed
    letters = decomposed.translate(_LETTERS)
    return "".join(character for character in letters if not unicodedata.category(character).startswith("M"))


def _words(plain: str) -> list[str]:
    """With their apostrophes."""
    return _PARTED.findall(plain)


def _joined(word: str) -> str:
    return word.replace("'", "")[:_MAX_WORD]
