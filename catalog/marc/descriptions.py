"""What a record says of a book: MARC 21 and UNIMARC."""

import re
from typing import NamedTuple

from pymarc import Field, Record

from library_site.tables.names import whole_name

from .items import Item, items_of
from .subfields import bare, clean, data, first, text, texts, values

_BEFORE = {"b": " : ", "e": " : ", "n": ". ", "h": ". ", "p": ". ", "i": ". "}
"""What stands before a subfield of the title, unless the one before ends with a mark that says it."""

_SAID = {"=": " = ", ";": " ; ", ",": ", "}
_SUFFIX = re.compile(r"(?i)(?:[js]r|i{1,3}|iv)\.?,?")
_AUTHORS = re.compile(r"(?i)\b(?:author|verf|aut)")

_TITLES = {"e": "map", "f": "map", "g": "film", "i": "audio", "j": "music", "k": "poster", "m": "software", "r": "toy"}
_NO_TITLES = {"z": "authority record", "w": "authority record", "q": "community record"} | dict.fromkeys(
    "uvxy", "record of holdings"
)
_MEDIA = _TITLES | _NO_TITLES
"""By position 6 of the leader; all others are printed, or written."""

_IN_UNIMARC = {"l": "electronic", "m": "multimedia", "u": "", "v": "", "w": "", "x": "authority record", "y": ""}
_PARTS = {"a": "article", "b": "article", "s": "journal", "i": "website"}
"""By position 7: what is part of something, or goes on."""


class Description(NamedTuple):
    """The author's name is as it is spoken. `medium` is what the record is of, if that is no printed book, by its
    codes; `material` what it calls it in words.
    """

    is_unimarc: bool
    title: str = ""
    author: str = ""
    statement: str = ""
    isbns: tuple[str, ...] = ()
    medium: str = ""
    material: str = ""
    items: tuple[Item, ...] = (Item(),)
    control_number: str = ""

    @property
    def called(self) -> str:
        return self.title or self.control_number


def described(record: Record) -> Description:
    """Only UNIMARC has its title in 200."""
    is_unimarc = "245" not in record and "200" in record
    title, author, statement, material = (_in_unimarc if is_unimarc else _in_marc_21)(record)
    return Description(
        is_unimarc=is_unimarc,
        title=title,
        author=author,
        statement=statement,
        isbns=tuple(values(record, "010" if is_unimarc else "020", "a")),
        medium=_medium(record, is_unimarc=is_unimarc),
        material=material.strip("[] /:."),
        items=items_of(record),
        control_number=clean(data(record, "001")),
    )


def _in_marc_21(record: Record) -> tuple[str, str, str, str]:
    title = first(record, "245") or Field("245")
    others = record.get_fields("700", "710")
    main = first(record, "100", "110", "111") or next(filter(_is_author, others), None)
    named = [*([main] if main else []), *(other for other in others if other is not main)]
    printed = " ; ".join(texts(title, "c")) or " ; ".join(text(name, "a").strip(" ,") for name in named)
    return _title(title, "abnp"), _author(main) if main else "", bare(printed), text(title, "h")


def _in_unimarc(record: Record) -> tuple[str, str, str, str]:
    title = first(record, "200") or Field("200")
    main = first(record, "700", "710", "701")
    statement = " ; ".join(map(bare, texts(title, "fg")))
    return _title(title, "aehi"), _author_in_parts(main) if main else "", statement, text(title, "b")


def _title(field: Field, codes: str) -> str:
    """With its other title, number and name of its part."""
    title, last = "", ""
    for code, value in field.subfields:
        if code not in codes or not (said := clean(value)):
            continue
        between = _SAID.get(last, _BEFORE.get(code, " ; ")) if title else ""
        title, last = f"{title}{between}{bare(said)}", said[-1]
    return title


def _is_author(field: Field) -> bool:
    return any(_AUTHORS.search(said) for said in texts(field, "e4"))


def _author(field: Field) -> str:
    """The whole name: turned around, where it begins with a surname."""
    name = text(field, "a")
    if not field.tag.endswith("00"):
        return ". ".join(map(bare, [name, *(texts(field, "b") if field.tag.endswith("10") else [])]))
    numbered = f"{name} {text(field, 'b')}".strip()
    if field.indicators is not None and field.indicators.first == "0":
        return bare(numbered)
    suffix = next(filter(_SUFFIX.fullmatch, texts(field, "c")), "")
    return whole_name(f"{numbered.rstrip(' ,')}, {suffix}" if suffix else numbered)


def _author_in_parts(field: Field) -> str:
    """UNIMARC has surname and forenames apart."""
    name, rest = bare(text(field, "a")), bare(text(field, "b"))
    if field.tag == "710" or not rest:
        return ". ".join(filter(None, (name, rest))) if field.tag == "710" else whole_name(name)
    is_forename = field.indicators is not None and field.indicators.second == "0"
    return f"{name} {rest}" if is_forename else f"{rest} {name}"


def _medium(record: Record, *, is_unimarc: bool) -> str:
    """A word for what it is of; "" is a book."""
    kind, level = record.leader[6], record.leader[7]
    if record.leader[5] == "d":
        return "deleted record"
    media = _MEDIA | _IN_UNIMARC if is_unimarc else _MEDIA
    return media.get(kind, "") or _PARTS.get(level, "") or ("" if is_unimarc else _form(record))


def _form(record: Record) -> str:
    """Position 23 of field 008 of MARC 21: online, or on a disk."""
    return "electronic" if data(record, "008")[23:24] in {"o", "q", "s"} else ""
