"""The record that books came with, where the library says something else now. All the rest of it stays."""

from collections.abc import Callable, Iterable

from pymarc import Field, Indicators, Record, Subfield

from catalog.importing.isbn_cells import read_cell
from catalog.models import Book

from .fresh import author_field, kept

_MAIN = ("100", "110", "111")
_OF_TITLE = frozenset("abnp")


def change_description(record: Record, was: tuple[str, str, str, str], book: Book) -> None:
    """`was`: the title, author, statement of responsibility and ISBN that an import takes from the record."""
    now = (book.title, book.author.name if book.author else "", book.statement_of_responsibility, book.isbn)
    changes: tuple[Callable[[Record, str, str], None], ...] = (_title, _author, _statement, _isbn)
    for change, before, after in zip(changes, was, now, strict=True):
        if before != after:
            change(record, before, after)


def _title(record: Record, before: str, after: str) -> None:
    """With what ISBD has before what follows. Whether the new title begins with an article, nobody knows."""
    field = _field(record, "245", Indicators("0", "0"))
    of_title = [subfield.value.rstrip() for subfield in field.subfields if subfield.code in _OF_TITLE]
    has_mark = bool(of_title) and of_title[-1].endswith("/")
    field.indicators = Indicators(field.indicator1, "0")
    say(field, "a", f"{after} /" if has_mark else kept(after), instead_of=_OF_TITLE)


def _author(record: Record, before: str, after: str) -> None:
    found = record.get_fields(*_MAIN)
    if found and after:
        record.fields[record.fields.index(found.pop(0))] = author_field(after)
    elif after:
        record.add_ordered_field(author_field(after))
    record.remove_field(*found)
    for field in record.get_fields("245"):
        field.indicators = Indicators("1" if after else "0", field.indicator2)


def _statement(record: Record, before: str, after: str) -> None:
    say(_field(record, "245", Indicators("0", "0")), "c", kept(after), instead_of="c")


def _isbn(record: Record, before: str, after: str) -> None:
    """In place of the one of before, however that was written."""
    said = [field for field in record.get_fields("020") if before and any(map(_is(before), field.get_subfields("a")))]
    for field in said:
        field.subfields = [each for each in field.subfields if each.code != "a" or not _is(before)(each.value)]
    if after and said:
        said[0].subfields.insert(0, Subfield("a", after))
    elif after:
        record.add_ordered_field(Field("020", Indicators(" ", " "), [Subfield("a", after)]))
    record.remove_field(*(field for field in said if not field.get_subfields("a", "z")))


def _is(isbn: str) -> Callable[[str], bool]:
    return lambda value: (cell := read_cell(value.strip(), True)) is not None and isbn in cell.isbns


def _field(record: Record, tag: str, indicators: Indicators) -> Field:
    """The first of this tag, which is added where there is none."""
    found = record.get_fields(tag)
    if not found:
        found = [Field(tag, indicators)]
        record.add_ordered_field(*found)
    return found[0]


def say(field: Field, code: str, text: str, *, instead_of: Iterable[str]) -> None:
    """Where the first of those subfields stood, else at the end; "" is nothing."""
    codes = frozenset(instead_of)
    places = [place for place, each in enumerate(field.subfields) if each.code in codes]
    place = places[0] if places else len(field.subfields)
    rest = [each for each in field.subfields[place:] if each.code not in codes]
    field.subfields = [*field.subfields[:place], *([Subfield(code, text)] if text else []), *rest]
