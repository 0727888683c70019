"""Search boxes in which books and authors are found."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import MAX_NAME, Book
from catalog.models.barcodes import barcode_error
from catalog.models.codes import id_with_barcode
from catalog.policies import BarcodeKind, canonical_isbn, is_isbn
from catalog.queries import SearchAuthors, SearchBooks
from catalog.text import name_key
from library_site.cqrs import Context, InvalidInput, NotFound, dispatch
from library_site.cqrs.barcodes import barcode_key, looks_scanned
from library_site.html.picks import CHOICES, Pick

MISREAD_ISBN = gettext_lazy("This ISBN was misread: its check digit is wrong. Scan it again.")


def refuse_misread(kind: BarcodeKind) -> Callable[[str], None]:
    """A validator of what is searched for: the number of a barcode, if it is one, must be of this kind, and read well.

    Unless the library has it all the same: it took it over.
    """

    def validate(typed: str) -> None:
        if barcode_error(kind, typed.strip()) and (error := barcode_doubt(kind, typed)):
            raise error

    return validate


def barcode_doubt(kind: BarcodeKind, typed: str) -> forms.ValidationError | None:
    """Why a barcode finds nothing of this kind; None, if it does, or is none."""
    if not barcode_key(typed):
        return None
    try:
        id_with_barcode(kind, "barcode", typed)
    except InvalidInput as refusal:
        return forms.ValidationError(refusal.errors[0].detail, code=refusal.errors[0].code)
    except NotFound as refusal:
        return forms.ValidationError(refusal.message, code="no_match") if looks_scanned(typed) else None
    return None


class LabelledPick(Pick):
    """A thing that has a barcode, by scanning that, or by letters."""

    barcode_kind: ClassVar[BarcodeKind]

    def settle(self, typed: str, rows: list[Any]) -> Any | None:
        """Not on what has the number in its title or address only: it is somebody's card, or was misread."""
        row = super().settle(typed, rows)
        is_by_words = row is not None and barcode_key(row.barcode) != barcode_key(typed) and not canonical_isbn(typed)
        if is_by_words and (error := barcode_doubt(self.barcode_kind, typed)):
            raise error
        return row

    def doubt(self, typed: str, rows: list[Any]) -> forms.ValidationError:
        return (None if rows else barcode_doubt(self.barcode_kind, typed)) or super().doubt(typed, rows)


class BookPick(LabelledPick):
    """A book, by its barcode, by letters of its title or author, or by its ISBN.

    Of several copies with the ISBN that was scanned, the one is meant that is `wanted` (if that matters), when there
    is just one such; any of them, where copies are `interchangeable`.
    """

    kind = "book"
    barcode_kind = BarcodeKind.BOOK

    def __init__(self, *, wanted: tuple[str, ...] = (), interchangeable: bool = False, **kwargs: Any) -> None:
        self.wanted = wanted
        self.meant: Callable[[], set[UUID | None]] = set
        self.interchangeable = interchangeable
        help_text = gettext_lazy("Scan its barcode or ISBN, or type first letters of words of the title or author.")
        texts = {"label": gettext_lazy("Book"), "help_text": help_text}
        super().__init__(error_messages={"required": gettext_lazy("Scan or choose a book.")}, **texts | kwargs)

    def query(self) -> str:
        return "?" + urlencode({"wanted": ",".join(self.wanted)})

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Self:
        return cls(wanted=tuple(status for status in query.get("wanted", "").split(",") if status in Book.Status))

    def search(self, typed: str, context: Context) -> list[Any]:
        """The book that has this barcode; else those that match, those that are wanted first."""
        if barcode_key(typed) and (rows := dispatch(SearchBooks(q=typed, is_barcode=True), context).rows):
            return rows
        found: dict[UUID, Any] = {}
        for status in (*self.wanted, None):
            rows = dispatch(SearchBooks(q=typed, status=status, page_size=CHOICES), context).rows
            found = found | {row.id: row for row in rows if row.id not in found}
        return list(found.values())[:CHOICES]

    def settle(self, typed: str, rows: list[Any]) -> Any | None:
        """The copy that a form says is `meant`, first of all."""
        if canonical_isbn(typed) and (row := next((row for row in rows if row.id in self.meant()), None)):
            return row
        wanted = [row for row in rows if not self.wanted or row.status in self.wanted]
        if canonical_isbn(typed) and wanted and (self.interchangeable or len(wanted) == 1):
            return wanted[0]
        return super().settle(typed, rows)

    def doubt(self, typed: str, rows: list[Any]) -> forms.ValidationError:
        if rows or not is_isbn(typed):
            return super().doubt(typed, rows)
        if canonical_isbn(typed):
            return forms.ValidationError(_("The library has no book with this ISBN."), code="no_match")
        return forms.ValidationError(MISREAD_ISBN, code="misread")


class AuthorPick(Pick):
    """An author, by letters of the name."""

    kind = "author"

    def __init__(self, **kwargs: Any) -> None:
        texts = {"label": gettext_lazy("Author"), "help_text": gettext_lazy("Type first letters of the name.")}
        super().__init__(error_messages={"required": gettext_lazy("Name the author.")}, **texts | kwargs)

    def search(self, typed: str, context: Context) -> list[Any]:
        return dispatch(SearchAuthors(q=typed, page_size=CHOICES), context).rows


class NewOrKnownAuthor(AuthorPick):
    """An author whom the library knows, or a new one: where what was typed may mean either, it has to be chosen.

    What stands for `none` means that a book has no author.
    """

    kind = "author_or_new"
    NEW = "new"

    def __init__(self, *, none: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.none = none

    def message_fields(self, name: str) -> set[str]:
        return {"author_id", "author_name"}

    def clean(self, value: tuple[str, str] | None) -> Any:
        typed, chosen = value or ("", "")
        if not typed and chosen in {"", self.NEW}:
            return forms.Field.clean(self, "") or {}
        if self.none and typed.lower() == self.none and chosen in {"", self.NEW}:
            return {"author_name": ""}
        if len(typed) > MAX_NAME:
            message = _("A name has at most %(limit)s characters.")
            raise forms.ValidationError(message, params={"limit": MAX_NAME})
        rows = self.find(typed, chosen)
        self.picked = next((row for row in rows if str(row.id) == chosen), None)
        if self.picked:
            return {"author_id": self.picked.id}
        if not typed or (
            rows and chosen != self.NEW and not any(name_key(row.name) == name_key(typed) for row in rows)
        ):
            raise self.doubt(typed or chosen, rows)
        return {"author_name": typed}

    def doubt(self, typed: str, rows: list[Any]) -> forms.ValidationError:
        if not rows:
            return super().doubt(typed, rows)
        message = _("Is it an author whom the library knows? Choose below.")
        return forms.ValidationError(message, code="ambiguous")
