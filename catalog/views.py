"""HTML pages of the catalogue's tasks. Adapter: they translate, nothing else."""

from uuid import UUID

from django.utils.translation import gettext as _

from catalog.commands.add_copies import CopiesAdded
from catalog.commands.add_new_book import BookAdded
from catalog.forms import (
    AddCopiesForm,
    AddNewBookForm,
    AuthorPick,
    BookPick,
    GetBooksByAuthorForm,
    NewOrKnownAuthor,
    SearchAuthorsForm,
    SearchBooksForm,
)
from catalog.models import Book
from catalog.policies import canonical_isbn, looks_like_isbn
from catalog.queries import SearchBooks
from catalog.queries.search_books import FoundBook
from library_site.cqrs import Page
from library_site.cqrs.links import Link
from library_site.cqrs.views import PickView, QueryView, TaskView


class ArrivalView(TaskView):
    """A task by which books arrive, some of which people may wait for."""

    def for_whom(self, book_id: UUID) -> str:
        """For whom a book that has just arrived is on the hold shelf."""
        names = [book.reserved_for_name for book in self.look_up(SearchBooks(q=str(book_id)))]
        return f"for {names[0]}" if any(names) else "somebody waits for it"


class AddNewBookView(ArrivalView):
    form_class = AddNewBookForm
    title = "Add new book"
    lead = "One book, one shelf. It is available to borrow at once. Of a title that the library has, add copies."
    button = "Add book"

    def success(self, form: AddNewBookForm, result: BookAdded) -> str:
        known = form.picked("author")
        author = known.name if known else form.cleaned_data["author"]["author_name"]
        new = ", an author new to the catalogue" if result.author_added else ""
        return f"Added “{form.cleaned_data['title']}” by {author}{new}. Its barcode is {result.barcode}."

    def next_steps(self, form: AddNewBookForm, result: BookAdded) -> list[Link]:
        chosen = {"book_id": result.book_id}
        return self.steps(
            (_("Lend it"), "borrow_book", chosen),
            (_("Add copies"), "add_copies", chosen),
            (form.cleaned_data["title"], "get_book_file", chosen),
        )

    def look_here(self, form: AddNewBookForm, result: BookAdded) -> list[str]:
        on_hold = result.book_status == Book.Status.ON_HOLD
        return [f"Hold shelf: {self.for_whom(result.book_id)}"] if on_hold else []


class AddCopiesView(ArrivalView):
    form_class = AddCopiesForm
    title = "Add copies"
    lead = "More copies of a book that the library has. Each gets the next barcode, and is available at once."
    button = "Add copies"

    def success(self, form: AddCopiesForm, result: CopiesAdded) -> str:
        number = len(result.barcodes)
        copies = "1 copy" if number == 1 else f"{number} copies"
        return f"Added {copies} of “{form.picked('book_id').title}”. Barcodes: {', '.join(result.barcodes)}."

    def next_steps(self, form: AddCopiesForm, result: CopiesAdded) -> list[Link]:
        book = form.picked("book_id")
        return self.steps((book.title, "get_book_file", {"book_id": book.id}))

    def look_here(self, form: AddCopiesForm, result: CopiesAdded) -> list[str]:
        """The first of the copies are those that people waited for."""
        on_hold = list(zip(result.book_ids, result.barcodes, strict=True))[: result.on_hold]
        return [f"Hold shelf: {barcode}, {self.for_whom(book_id)}" for book_id, barcode in on_hold]


class SearchBooksView(QueryView):
    form_class = SearchBooksForm
    table = "tables/books.html"
    title = "Search books"
    empty = "No book matches. Type the first letters of one or more words, or a whole ISBN or barcode."

    def nothing(self, form: SearchBooksForm) -> str:
        typed = form.cleaned_data["q"]
        if canonical_isbn(typed):
            return _("The library has no book with this ISBN.")
        if looks_like_isbn(typed):
            return _("This ISBN was misread: its check digit is wrong. Scan it again.")
        return self.empty

    def instead(self, form: SearchBooksForm) -> list[Link]:
        isbn = canonical_isbn(form.cleaned_data["q"])
        return self.steps((_("Add new book"), "add_new_book", {"isbn": isbn} if isbn else {}))

    def straight_to(self, form: SearchBooksForm, page: Page[FoundBook]) -> str | None:
        return self.file_with_barcode("get_book_file", "book_id", form.cleaned_data["q"], page)


class SearchAuthorsView(QueryView):
    form_class = SearchAuthorsForm
    table = "tables/authors.html"
    title = "Search authors"
    empty = "No author matches. Type the first letters of one or more words of the name."


class GetBooksByAuthorView(QueryView):
    form_class = GetBooksByAuthorForm
    table = "tables/books_of_author.html"
    title = "Books by author"
    empty = "The library has no book by this author."

    def instead(self, form: GetBooksByAuthorForm) -> list[Link]:
        return self.steps((_("Add new book"), "add_new_book", {}))


class PickBook(PickView):
    field = BookPick


class PickAuthor(PickView):
    field = AuthorPick


class PickAuthorOrNew(PickView):
    field = NewOrKnownAuthor
