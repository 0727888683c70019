"""Forms of the commands by which books come into the catalogue."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.commands import AddCopies, AddNewBook
from catalog.models import MAX_TITLE
from catalog.models.rules import MAX_STATEMENT
from catalog.policies import canonical_isbn
from catalog.queries import SearchBooks
from catalog.queries.search_books import FoundBook
from catalog.text import name_key
from library_site.cqrs import dispatch
from library_site.cqrs.barcodes import as_read
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_of
from library_site.html.form_fields import number_field, text_field
from library_site.html.forms import TaskForm

from .picks import MISREAD_ISBN, BookPick, NewOrKnownAuthor


def shelf_mark_field(**kwargs: Any) -> forms.CharField:
    help_text = gettext_lazy("Where it stands, as its spine label has it.")
    return text_field(gettext_lazy("Shelf mark"), help_text, max_length=100, required=False, **kwargs)


def statement_field(**kwargs: Any) -> forms.CharField:
    help_text = gettext_lazy("All who wrote, translated or edited it, as the title page has them.")
    texts = (gettext_lazy("Statement of responsibility"), help_text)
    return text_field(*texts, max_length=MAX_STATEMENT, required=False, **kwargs)


def condition_field(**kwargs: Any) -> forms.CharField:
    help_text = gettext_lazy("What the desk is to know when it comes back: a torn page, a CD in it.")
    return text_field(gettext_lazy("Condition"), help_text, max_length=200, required=False, **kwargs)


class AddNewBookForm(TaskForm):
    """A book that has arrived. By an ISBN alone it is looked up: of a title that the library has, it is a copy."""

    message = AddNewBook
    about: ClassVar = {"book_already_in_catalogue": "only_if_new", "barcode_taken": "barcode"}
    ANOTHER = "another"

    isbn = number_field(
        gettext_lazy("ISBN"),
        gettext_lazy("Scan it, or type 10 or 13 digits. Leave it empty for a book that has none."),
    )
    copy_of = forms.ChoiceField(
        label=gettext_lazy("The library has this ISBN"), required=False, widget=forms.HiddenInput
    )
    title = text_field(gettext_lazy("Title"), max_length=MAX_TITLE)
    author = NewOrKnownAuthor(
        required=False,
        help_text=gettext_lazy(
            "Type the name. If the library knows the author, it appears below. Empty for a book that has none."
        ),
    )
    barcode = number_field(
        gettext_lazy("Barcode"),
        gettext_lazy("Scan the label, if it has one already. Empty: it gets the next number."),
    )
    only_if_new = forms.BooleanField(
        label=gettext_lazy("Only if the library has no copy yet"),
        required=False,
        help_text=gettext_lazy("Otherwise the book is added as another copy."),
    )
    shelf_mark = shelf_mark_field()
    statement_of_responsibility = statement_field()
    condition = condition_field()

    more = OF_NEW_TITLES = ("shelf_mark", "statement_of_responsibility", "condition")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titles: dict[str, FoundBook] = {}
        self.fields["isbn"].widget.attrs["data-asks"] = True  # Enter sends it off: boxes.js
        self.is_repeated = False
        if self.is_bound:
            self._forget_repeats()
            self._offer_copies(self.data, self.data.get("copy_of", ""))

    def fill_in(self, given: Mapping[str, str]) -> None:
        super().fill_in(given)
        self._offer_copies(given, "")

    def fill_in_again(self, typed: Mapping[str, str]) -> None:
        super().fill_in_again(typed)
        self._offer_copies(typed, typed.get("copy_of", ""))

    def to_show(self) -> str | None:
        """The ISBN, where there is nothing else to go by: a scanner has sent the page off, which goes on with it."""
        isbn = as_read(self.data.get("isbn", ""))
        is_alone = not _is_titled(self.data) and self.data.get("copy_of") not in self.titles
        return isbn if isbn and (is_alone or self.is_repeated) and "isbn" not in self.errors else None

    def clean_isbn(self) -> str:
        """One that was misread is all that is said, as long as it is all that was given."""
        isbn: str = self.cleaned_data["isbn"]
        if isbn and not _is_titled(self.data) and canonical_isbn(isbn) is None:
            raise forms.ValidationError(MISREAD_ISBN, code="misread")
        return isbn

    def clean_copy_of(self) -> None:
        """It is in no message: see `copied`."""

    def clean(self) -> dict[str, Any]:
        if self.has_error("isbn", "misread"):
            for name in [name for name in self.errors if self.has_error(name, "required")]:
                del self.errors[name]
        return super().clean()

    @property
    def copied(self) -> FoundBook | None:
        """The book of which it is another copy."""
        return self.titles.get(self.data.get("copy_of", ""))

    def to_message(self) -> Message[Any]:
        if (book := self.copied) is None:
            return super().to_message()
        if self.cleaned_data.get("only_if_new"):
            return AddNewBook(title=book.title, isbn=book.isbn, author_id=book.author_id, only_if_new=True)
        return AddCopies(book_id=book.id, barcode=self.cleaned_data["barcode"])

    def message_fields(self) -> set[str]:
        """A list says which copy of a title it means; here there is one at a time."""
        return super().message_fields() - {"copy_of"} | {"copy_number"}

    def _forget_repeats(self) -> None:
        """A scanner may fire twice: the ISBN in the box to which its first Enter led is the same scan again."""
        typed = {name: canonical_isbn(as_read(self.data.get(name, ""))) for name in ("isbn", "title", "barcode")}
        if repeats := [name for name in ("title", "barcode") if typed[name] and typed[name] == typed["isbn"]]:
            sent = cast("MultiValueDict[str, str]", self.data).copy()
            for name in repeats:
                sent[name] = ""
            self.data, self.is_repeated = sent, True

    def _offer_copies(self, given: Mapping[str, str], chosen: str) -> None:
        """Of an ISBN that the library has, its titles to choose from, in place of what is to be typed of a new one."""
        isbn = canonical_isbn(as_read(given.get("isbn", "")))
        if isbn is None or (_is_titled(given) and not chosen) or not self._may(AddCopies, SearchBooks):
            return
        found = dispatch(SearchBooks(q=isbn), self.context).rows
        self.titles = {str(row.id): row for row in {name_key(row.title): row for row in reversed(found)}.values()}
        if not self.titles:
            return
        field = cast(forms.ChoiceField, self.fields["copy_of"])
        field.widget = forms.RadioSelect()
        field.choices = [
            *((id, _another_copy(row)) for id, row in self.titles.items()),
            (self.ANOTHER, _("Another title, with the same ISBN")),
        ]
        self.initial["copy_of"] = chosen if chosen in {*self.titles, self.ANOTHER} else next(iter(self.titles))
        if self.initial["copy_of"] != self.ANOTHER:
            for name in ("title", "author", *self.OF_NEW_TITLES):
                del self.fields[name]
            if not given.get("only_if_new"):
                del self.fields["only_if_new"]

    def _may(self, *messages: type[Message[Any]]) -> bool:
        return all(self.context.actor.may(operation_of(message).permission) for message in messages)


def _another_copy(book: FoundBook) -> str:
    by = book.author_name or book.statement_of_responsibility
    another = _("Another copy of “{title}” by {author}") if by else _("Another copy of “{title}”")
    return another.format(title=book.title, author=by)


def _is_titled(given: Mapping[str, str]) -> bool:
    """Whether anything of a title is given."""
    return any(given.get(name, "").strip() for name in ("title", "author_q", "author"))


class AddCopiesForm(TaskForm):
    message = AddCopies
    about: ClassVar = {"barcode_taken": "barcode"}
    shows_first = "book_id"

    book_id = BookPick(label=gettext_lazy("A copy that the library has"), interchangeable=True)
    copies = forms.IntegerField(
        label=gettext_lazy("How many more"), initial=1, widget=forms.NumberInput(attrs={"min": 1})
    )
    barcode = number_field(
        gettext_lazy("Barcode"),
        gettext_lazy("Of a single copy: scan the label, if it has one already. Empty: the next numbers are given."),
    )
