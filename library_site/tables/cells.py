"""What a cell says, without what programs have put around it."""

import re
import unicodedata
from html import unescape
from html.entities import html5

from library_site.cqrs.validation import as_seen

from .csv_lines import as_written

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([a-zA-Z][a-zA-Z0-9]{1,31}));")
_TEXT_FOR_EXCEL = re.compile(r'="(.*)"', re.DOTALL)
_TEXT_FOR_SPREADSHEETS = re.compile(r"'[0-9][0-9Xx .-]*")


def clean(cell: str) -> str:
    """The cell without blanks around it, what nobody sees, entities of HTML, and what makes a spreadsheet show text."""
    if "&" in cell and ";" in cell:
        cell = _ENTITY.sub(_undone, cell)
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", as_seen(cell))
    cell = cell.strip()
    if cell[:1] in {"=", "'"}:
        cell = _as_text(cell)
    return cell


def _undone(found: re.Match[str]) -> str:
    name = found[1]
    return html5.get(f"{name};", found[0]) if name else unescape(found[0])


def _as_text(cell: str) -> str:
    if quoted := _TEXT_FOR_EXCEL.fullmatch(cell):
        return quoted[1].replace('""', '"').strip().strip('"')
    return cell[1:] if _TEXT_FOR_SPREADSHEETS.fullmatch(cell) else as_written(cell)
