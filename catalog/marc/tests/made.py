"""Made records, in ISO 2709 and in MARCXML."""

from collections.abc import Sequence
from html import escape

Field = tuple[str, str]
"""A tag, and what is in it: `10$aTitle /$cby somebody.`; of a control field its data."""

LEADER = "00000nam a2200000 i 4500"


def marc(fields: Sequence[Field], *, leader: str = LEADER, encoding: str = "utf-8") -> bytes:
    """A record with true lengths."""
    data = [text.replace("$", "\x1f").encode(encoding) + b"\x1e" for _, text in fields]
    directory, start = b"", 0
    for (tag, _), each in zip(fields, data, strict=True):
        directory += f"{tag}{len(each):04}{start:05}".encode()
        start += len(each)
    base = 24 + len(directory) + 1
    before = f"{base + start + 1:05}{leader[5:12]}{base:05}{leader[17:]}".encode()
    return before + directory + b"\x1e" + b"".join(data) + b"\x1d"


def xml(fields: Sequence[Field], *, leader: str = LEADER, prefix: str = "") -> str:
    """The same as an element."""
    inner = "".join(_element(tag, text, prefix) for tag, text in fields)
    return f"<{prefix}record><{prefix}leader>{leader}</{prefix}leader>{inner}</{prefix}record>"


def _element(tag: str, text: str, prefix: str) -> str:
    if tag < "010":
        return f'<{prefix}controlfield tag="{tag}">{escape(text)}</{prefix}controlfield>'
    before, *subfields = text.split("$")
    inner = "".join(f'<{prefix}subfield code="{each[0]}">{escape(each[1:])}</{prefix}subfield>' for each in subfields)
    return f'<{prefix}datafield tag="{tag}" ind1="{before[0]}" ind2="{before[1]}">{inner}</{prefix}datafield>'


def collection(records: Sequence[str], before: str = "") -> str:
    return f'{before}<collection xmlns="http://www.loc.gov/MARC21/slim">{"".join(records)}</collection>'


def made(number: int) -> list[Field]:
    """A record of which every text has its number in it; each third has two items."""
    items = [("952", f"  $pT{number}-{copy}$oF {number}") for copy in range(2 if number % 3 == 0 else 0)]
    return [
        ("001", f"m{number}"),
        ("020", f"  $a{_isbn(number)} (pbk.)"),
        ("100", f"1 $aMøller {number % 700}, Åse,$d1950-"),
        ("245", f"10$aGröße {number} :$bune fable n° {number} /$cÅse Møller {number % 700} ; ill. Bo Chan."),
        ("520", "  $a" + f"Ein Buch über {number}, für alle. " * 20),
        *items,
    ]


def _isbn(number: int) -> str:
    digits = f"978{number:09}"
    return digits + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10)
