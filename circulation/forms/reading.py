"""How a file is read: what each of its columns means, and what else can be said of it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from circulation.models import FileImport
from circulation.queries.get_import import ImportColumn, ImportFile

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MEANINGS: "dict[str, StrOrPromise]" = {
    "title": gettext_lazy("Title"),
    "subtitle": gettext_lazy("Subtitle"),
    "volume": gettext_lazy("Volume"),
    "series": gettext_lazy("Series"),
    "author": gettext_lazy("Author"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "others": gettext_lazy("Other people"),
    "statement": gettext_lazy("Statement of responsibility"),
    "isbn": gettext_lazy("ISBN"),
    "isbn13": gettext_lazy("ISBN of 13 digits"),
    "barcode": gettext_lazy("Barcode"),
    "shelf_mark": gettext_lazy("Shelf mark"),
    "condition": gettext_lazy("Condition"),
    "copies": gettext_lazy("Number of copies"),
    "medium": gettext_lazy("Medium"),
    "name": gettext_lazy("Name"),
    "card": gettext_lazy("Library card"),
    "email": gettext_lazy("E-mail"),
    "birth_date": gettext_lazy("Date of birth"),
    "phone": gettext_lazy("Phone"),
    "street": gettext_lazy("Street, or the whole address"),
    "house_number": gettext_lazy("House number"),
    "address_2": gettext_lazy("Second line of the address"),
    "zip": gettext_lazy("Postal code"),
    "city": gettext_lazy("City"),
    "state": pgettext_lazy("part of a country", "State"),
    "country": gettext_lazy("Country"),
    "language": gettext_lazy("Language"),
    "status": gettext_lazy("Status"),
    "blocked": gettext_lazy("Whether blocked"),
    "reason": gettext_lazy("Reason"),
    "expires": gettext_lazy("Membership until"),
    "group": gettext_lazy("Class or group"),
    "remarks": gettext_lazy("Note"),
    "borrowed_on": gettext_lazy("Borrowed on"),
    "due_on": gettext_lazy("Due on"),
    "returned_on": gettext_lazy("Returned on"),
}

AS_RECOGNISED = ("", gettext_lazy("As it was recognised"))
ORDERS = [
    AS_RECOGNISED,
    ("first-last", gettext_lazy("First name, last name")),
    ("last-first", gettext_lazy("Last name, first name")),
]


class Told(NamedTuple):
    """What else can be said of a file: an option of the shell, of which kinds of files, and its values."""

    label: "StrOrPromise"
    kinds: tuple[str, ...]
    choices: "Sequence[tuple[str, StrOrPromise]]"


_ALL, (_BOOKS, _PEOPLE, _LOANS) = tuple(FileImport.Kind.values), FileImport.Kind.values
TOLD = {
    "encoding": Told(
        gettext_lazy("Letters with accents are in"),
        _ALL,
        [
            AS_RECOGNISED,
            ("utf-8", "UTF-8"),
            ("cp1252", gettext_lazy("CP1252 (Windows, Western Europe)")),
            ("cp1250", gettext_lazy("CP1250 (Windows, Central Europe)")),
            ("utf-16", gettext_lazy("UTF-16 (“Unicode text” of Excel)")),
            ("cp850", gettext_lazy("CP850 (DOS)")),
            ("mac-roman", gettext_lazy("Mac Roman (old Macs)")),
        ],
    ),
    "delimiter": Told(
        gettext_lazy("Between cells stands"),
        _ALL,
        [
            AS_RECOGNISED,
            (",", gettext_lazy("a comma")),
            (";", gettext_lazy("a semicolon")),
            ("\\t", gettext_lazy("a tab")),
            ("|", gettext_lazy("a bar")),
        ],
    ),
    "author-order": Told(gettext_lazy("Names of authors are"), (_BOOKS,), ORDERS),
    "name-order": Told(gettext_lazy("Names are"), (_PEOPLE,), ORDERS),
    "day-order": Told(
        gettext_lazy("Days such as 03/04/2026 are"),
        (_PEOPLE, _LOANS),
        [AS_RECOGNISED, ("dmy", gettext_lazy("day, month, year")), ("mdy", gettext_lazy("month, day, year"))],
    ),
    "verified": Told(
        gettext_lazy("Who is not said to be anything else is"),
        (_PEOPLE,),
        [("", gettext_lazy("not verified")), ("true", gettext_lazy("verified"))],
    ),
}

COLUMN = re.compile(r"column_(\d{1,4})")
OF_COLUMNS = "-column"


def meaning_in_words(meaning: str) -> str:
    return str(MEANINGS.get(meaning, meaning.replace("_", " ")))


def format_in_words(known: str) -> str:
    """CSV · utf-8 · , as people say it."""
    between = {value.replace("\\t", "\t"): text for value, text in TOLD["delimiter"].choices if value}
    parts = known.split(" · ")
    if parts[-1] in between:
        parts[-1] = _("{character} between cells").format(character=between[parts[-1]])
    return " · ".join(part.upper() if part.startswith(("utf-", "cp")) else part for part in parts)


class HowItIsRead(forms.Widget):
    """A select for each column of a file, and for what else can be said of it; the value is the options of the shell.

    Of columns there is an option for what was chosen otherwise, now or before: all else stays as it is recognised.
    """

    template_name = "widgets/how_it_is_read.html"
    file: ImportFile | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[str, ...]:
        if name in data:
            return tuple(data.getlist(name) if isinstance(data, MultiValueDict) else (data[name],))
        before = [each for each in str(data.get("said", "")).splitlines() if each.partition("=")[0] not in TOLD]
        chosen = [*_chosen(data)]
        anew = {option.partition("=")[0] for option in chosen}
        kept = [option for option in before if option.partition("=")[0] not in anew]
        return (*kept, *chosen, *(f"{told}={data[told]}" for told in TOLD if data.get(told)))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, "", attrs)
        return context | (_shown(self.file, value or self.file.options) if self.file else {})


def _chosen(data: Mapping[str, Any]) -> Iterator[str]:
    """The options of those meanings whose columns are others than before; of one that has none left, that."""
    before, now = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for name in data:
        if column := COLUMN.fullmatch(name):
            before[str(data.get(f"was_{name}", ""))].append(column[1])
            now[str(data[name])].append(column[1])
    for meaning in sorted({*before, *now} - {""}):
        if before[meaning] != now[meaning]:
            yield from (f"{meaning.replace('_', '-')}{OF_COLUMNS}={number}" for number in now[meaning] or [""])


def _columns(file: ImportFile, options: Sequence[str]) -> Iterator[tuple[ImportColumn, str]]:
    """Each column, and what it is to mean: a meaning that is chosen for some is no other's."""
    chosen = [option.partition(f"{OF_COLUMNS}=")[::2] for option in options if OF_COLUMNS in option]
    meanings = {number: name.replace("-", "_") for name, number in chosen}
    for column in file.columns:
        stays = "" if column.meaning in {name.replace("-", "_") for name, _number in chosen} else column.meaning
        by_name = meanings.get(column.name, stays)
        yield column, meanings.get(str(column.number), by_name)


def _shown(file: ImportFile, options: Sequence[str]) -> dict[str, Any]:
    """What the template shows: how the file is read now, or was to be read when that was refused."""
    said = dict(option.partition("=")[::2] for option in options)
    meanings = dict.fromkeys([*file.meanings, *(column.meaning for column in file.columns if column.meaning)])
    told = {name: each for name, each in TOLD.items() if file.kind in each.kinds} if file.columns else {}
    return {
        "file": file,
        "said": "\n".join(file.options),
        "columns": [*_columns(file, options)],
        "meanings": [("", _("not used")), *((each, meaning_in_words(each)) for each in meanings)],
        "told": [(name, each.label, each.choices, said.get(name, "")) for name, each in told.items()],
        "is_told": any(said.get(name) for name in told),
    }
