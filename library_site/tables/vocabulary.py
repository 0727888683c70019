"""What the columns of a file mean, by the words of its header."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.utils.translation import gettext as _


@lru_cache(1000)
def plain(name: str) -> str:
    """The name of a column without case, accents, blanks and punctuation: “Título”, “TITULO:” and “titulo” are one.

    “N°”, with the sign of degrees, is “Nº” and “No.”.
    """
    letters = unicodedata.normalize("NFKD", name.casefold().replace("°", "º"))
    return "".join(letter for letter in letters if letter.isalnum())


@dataclass(frozen=True)
class Column:
    """A column of a file; `index` counts from 0."""

    index: int
    name: str

    def __str__(self) -> str:
        return f"“{self.name}”" if self.name else f"column {self.index + 1}"


@dataclass(frozen=True, kw_only=True)
class Export:
    """A program's export: known by the names that its header has. `columns` tells what those mean that mislead.

    The meaning "" is none: the column is ignored. One that `is_ours` has these names and no others; every cell is
    what the library had written into it, and is taken as it is.
    """

    name: str
    signature: Collection[str]
    columns: Mapping[str, str] = field(default_factory=dict)
    is_ours: bool = False

    def has(self, names: Collection[str]) -> bool:
        """Whether a header with these plain names is one of this export."""
        signature = set(map(plain, self.signature))
        return signature == names if self.is_ours else signature.issubset(names)


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What is looked for in a file.

    `words`: for each meaning, the words that a header has for it. `header`: groups of meanings; a line with all of one
    group is the header. `option`: how somebody says which column has a meaning.
    """

    words: Mapping[str, Collection[str]]
    header: Sequence[Collection[str]]
    exports: Sequence[Export] = ()
    option: str = "--{}-column"

    def option_for(self, meaning: str) -> str:
        return self.option.format(meaning.replace("_", "-"))

    def ways(self, value: str) -> str:
        """How somebody says which columns those are without which a file says nothing."""
        groups = (_(" and ").join(f"{self.option_for(meaning)} {value}" for meaning in group) for group in self.header)
        return ", or ".join(groups)

    def export(self, names: Sequence[str]) -> Export | None:
        """The known export whose header this is; of several the one of which most is known."""
        have = {plain(name) for name in names}
        known = [export for export in self.exports if export.has(have)]
        return max(known, key=lambda export: len(export.signature), default=None)

    def meanings(self, names: Sequence[str]) -> list[str]:
        """What each column means; "" is nothing that is known."""
        export = self.export(names)
        special = {plain(name): meaning for name, meaning in export.columns.items()} if export else {}
        return [special.get(key, self._meaning.get(key, "")) for key in map(plain, names)]

    def is_header(self, meanings: Collection[str]) -> bool:
        return any(set(group) <= set(meanings) for group in self.header)

    @cached_property
    def _meaning(self) -> dict[str, str]:
        found = {plain(word): meaning for meaning, words in self.words.items() for word in words}
        if clash := {word for meaning, words in self.words.items() for word in words if found[plain(word)] != meaning}:
            raise ValueError(f"These words have two meanings: {sorted(clash)}")
        return found
