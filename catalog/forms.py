"""HTML forms of the catalogue's tasks. Adapter: they translate, nothing else."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms

from catalog.commands import AddNewBook
from catalog.models import MAX_NAME, MAX_TITLE, Book
from catalog.policies import canonical_isbn
from catalog.queries import GetBooksByAuthor, SearchAuthors, SearchBooks
from library_site.cqrs import Context, dispatch
from library_site.cqrs.forms import CHOICES, MessageForm, Pick, TaskForm


class BookPick(Pick):
    """A book, by letters of its title or author, or by its ISBN.

    Of several copies with the ISBN that was scanned, the one is meant that is `wanted`, when there is just one such;
    any of them, where copies are `interchangeable`.
    """

    kind = "book"

    def __init__(self, *, wanted: tuple[str, ...] = (), interchangeable: bool = False, **kwargs: Any) -> None:
        self.wanted = wanted
        self.interchangeable = interchangeable
        super().__init__(
            **{"label": "Book", "help_text": "Scan the ISBN, or type letters of the title or author."} | kwargs
        )

    def search(self, typed: str, context: Context) -> list[Any]:
        rows = dispatch(SearchBooks(q=typed, page_size=CHOICES), context).rows
        return sorted(rows, key=lambda row: row.status not in self.wanted) if self.wanted else rows

    def settle(self, typed: str, rows: list[Any]) -> Any | None:
        wanted = [row for row in rows if row.status in self.wanted]
        if canonical_isbn(typed) and wanted and (self.interchangeable or len(wanted) == 1):
            return wanted[0]
        return super().settle(typed, rows)


class AuthorPick(Pick):
    """An author, by letters of the name."""

    kind = "author"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Author", "help_text": "Type letters of the name."} | kwargs)

    def search(self, typed: str, context: Context) -> list[Any]:
        return dispatch(SearchAuthors(q=typed, page_size=CHOICES), context).rows


class NewOrKnownAuthor(AuthorPick):
    """An author who is chosen, or a name as it is typed: of an author that there is, or of a new one."""

    def message_fields(self, name: str) -> set[str]:
        return {"author_id", "author_name"}

    def clean(self, value: tuple[str, str] | None) -> Any:
        typed, chosen = value or ("", "")
        rows = self.find(typed, chosen) if chosen else []
        if any(str(row.id) == chosen for row in rows):
            return {"author_id": UUID(chosen)}
        if len(typed) > MAX_NAME:
            raise forms.ValidationError("A name has at most %(limit)s characters.", params={"limit": MAX_NAME})
        if chosen and not typed:
            raise self.doubt(chosen, rows)
        return {"author_name": forms.Field.clean(self, typed)}


class AddNewBookForm(TaskForm):
    message = AddNewBook
    about: ClassVar = {"book_already_in_catalogue": "title"}

    isbn = forms.CharField(
        label="ISBN",
        required=False,
        max_length=20,
        help_text="Scan it, or type 10 or 13 digits. Leave it empty for a book that has none.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    title = forms.CharField(max_length=MAX_TITLE, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    author = NewOrKnownAuthor(help_text="Type the name; choose it below if the library knows the author already.")
    only_if_new = forms.BooleanField(
        label="Only if the library has no copy yet",
        required=False,
        help_text="Otherwise the book is added as another copy.",
    )


class CursorForm(MessageForm):
    """The hidden part of a query's form."""

    cursor = forms.CharField(required=False, widget=forms.HiddenInput, empty_value=None)
    page_size = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_page_size(self) -> int:
        return self.cleaned_data["page_size"] or 25


class SearchBooksForm(CursorForm):
    message = SearchBooks

    q = forms.CharField(
        label="Search the catalogue",
        max_length=500,
        help_text="Letters of words of the title or the author, or an ISBN.",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(required=False, choices=[("", "Any"), *Book.Status.choices])

    def clean_status(self) -> str | None:
        return self.cleaned_data["status"] or None


class SearchAuthorsForm(CursorForm):
    message = SearchAuthors

    q = forms.CharField(
        label="Author",
        max_length=500,
        help_text="Letters of the name.",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class GetBooksByAuthorForm(CursorForm):
    message = GetBooksByAuthor

    author_id = AuthorPick()
