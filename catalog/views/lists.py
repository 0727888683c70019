"""Pages of lists: books and authors, and the choices of their search boxes."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms.lists import CursorForm, SearchBooksForm
from catalog.forms.picks import MISREAD_ISBN, AuthorPick, BookPick, NewOrKnownAuthor, barcode_doubt
from catalog.models import Book
from catalog.policies import BarcodeKind, canonical_isbn, is_isbn
from catalog.queries import GetBooksByAuthor, SearchAuthors
from catalog.queries.search_books import FoundBook
from library_site.cqrs import Page
from library_site.html.form_fields import search_field
from library_site.html.links import Link
from library_site.html.lists import ListView, QueryView
from library_site.html.pages import Group, page
from library_site.html.picks import PickView


@page("search-books", group=Group.CATALOGUE, place=10, name=gettext_lazy("Books"), purpose=gettext_lazy("Find a book"))
class SearchBooksView(ListView):
    form_class = SearchBooksForm
    table = "tables/books.html"
    many = ("get_book_labels", "withdraw_book")
    columns = {
        "title": gettext_lazy("Title"),
        "author_name": gettext_lazy("Author"),
        "isbn": gettext_lazy("ISBN"),
        "barcode": gettext_lazy("Barcode"),
        "status": gettext_lazy("Status"),
        "borrower_name": gettext_lazy("Who has it"),
        "due_on": gettext_lazy("Due"),
    }

    def value(self, row: FoundBook, name: str) -> Any:
        return Book.Status(row.status).label if name == "status" else super().value(row, name)

    empty = gettext_lazy("No book matches. Type the first letters of one or more words, or a whole ISBN or barcode.")

    def text_if_empty(self, form: SearchBooksForm) -> str:
        typed = form.cleaned_data["q"]
        if form.cleaned_data["recent"]:
            return _("There is no such book.") if form.cleaned_data["status"] else _("The library has no book yet.")
        if canonical_isbn(typed):
            return _("The library has no book with this ISBN.")
        if is_isbn(typed):
            return str(MISREAD_ISBN)
        doubt = barcode_doubt(BarcodeKind.BOOK, typed)
        return str(doubt.message) if doubt else str(self.empty)

    def links_if_empty(self, form: SearchBooksForm) -> list[Link]:
        isbn = canonical_isbn(form.cleaned_data["q"])
        if isbn is None and is_isbn(form.cleaned_data["q"]):
            return []
        return self.task_links((_("Add new book"), "add_new_book", {"isbn": isbn} if isbn else {}))

    def exact_match_url(self, form: SearchBooksForm, page: Page[FoundBook]) -> str | None:
        return self.barcode_match_url("get_book_file", "book_id", form.cleaned_data["q"], page)


@page(
    "search-authors",
    group=Group.CATALOGUE,
    place=90,
    name=gettext_lazy("Authors"),
    purpose=gettext_lazy("Find an author"),
)
class SearchAuthorsView(QueryView):
    form_class = CursorForm.of(
        SearchAuthors, q=search_field(gettext_lazy("Author"), gettext_lazy("First letters of the name."))
    )
    table = "tables/authors.html"
    empty = gettext_lazy("No author matches. Type the first letters of one or more words of the name.")


@page("books-by-author", group=Group.CATALOGUE, place=100, purpose=gettext_lazy("What the library has of somebody"))
class GetBooksByAuthorView(QueryView):
    form_class = CursorForm.of(GetBooksByAuthor, author_id=AuthorPick())
    table = "tables/books_of_author.html"
    empty = gettext_lazy("The library has no book by this author.")

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        return self.task_links((_("Add new book"), "add_new_book", {}))


class PickBook(PickView):
    field = BookPick


class PickAuthor(PickView):
    field = AuthorPick


class PickAuthorOrNew(PickView):
    field = NewOrKnownAuthor
