"""How the catalogue compares words: as an authority file has them, and as people type them."""

import re
import unicodedata

_MAX_WORD = 100
_SEPARATORS = re.compile(r"[\W_]+")


def collapse(text: str) -> str:
    """`text` without white space at its ends, and one space wherever there was more; composed (NFC)."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def name_key(name: str) -> str:
    """What makes two spellings the same name: NFKC, casefolded, white space collapsed.

    Source: Unicode Standard Annex #15 and section 3.13 (default caseless matching).
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def search_words(text: str) -> list[str]:
    """The words of `text` as a search compares them: lower case, without accents or punctuation."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(character for character in decomposed if not unicodedata.category(character).startswith("M"))
    # An apostrophe is part of its word: O'Brien is found as obrien, don't as dont.
    joined = re.sub(r"(?<=\w)['’ʼ](?=\w)", "", letters)
    return [word[:_MAX_WORD] for word in _SEPARATORS.split(joined) if word]
