"""What a record is of, if that is no printed book."""

from pymarc import Record

from .subfields import data

_TITLES = {"e": "map", "f": "map", "g": "film", "i": "audio", "j": "music", "k": "poster", "m": "software", "r": "toy"}
_NO_TITLES = {"z": "authority record", "w": "authority record", "q": "community record"} | dict.fromkeys(
    "uvxy", "record of holdings"
)
_MEDIA = _TITLES | _NO_TITLES
"""By position 6 of the leader; all others are printed, or written."""

_IN_UNIMARC = {"l": "electronic", "m": "multimedia", "u": "", "v": "", "w": "", "x": "authority record", "y": ""}
_PARTS = {"a": "article", "b": "article", "s": "journal", "i": "website"}
"""By position 7: what is part of something, or goes on."""


def medium_of(record: Record, *, is_unimarc: bool) -> str:
    """A word for it; "" is a book."""
    kind, level = record.leader[6], record.leader[7]
    media = _MEDIA | _IN_UNIMARC if is_unimarc else _MEDIA
    return media.get(kind, "") or _PARTS.get(level, "") or ("" if is_unimarc else _form(record))


def _form(record: Record) -> str:
    """Position 23 of field 008 of MARC 21: online, or on a disk."""
    return "electronic" if data(record, "008")[23:24] in {"o", "q", "s"} else ""
