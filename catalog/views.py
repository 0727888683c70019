"""HTML pages of the catalogue's tasks. Adapter: they translate, nothing else."""

from typing import Any
from uuid import UUID

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy, ngettext

from catalog.commands.add_copies import CopiesAdded
from catalog.commands.add_new_book import BookAdded
from catalog.forms import (
    AddCopiesForm,
    AddNewBookForm,
    AuthorPick,
    BookPick,
    GetBookLabelsForm,
    GetBooksByAuthorForm,
    LabelsForm,
    NewOrKnownAuthor,
    SearchAuthorsForm,
    SearchBooksForm,
)
from catalog.labels import Label, on_sheets, pictures
from catalog.models import Book
from catalog.queries import SearchBooks
from catalog.queries.get_book_labels import BookLabel
from library_site.cqrs import Context
from library_site.cqrs.links import Link, task_link
from library_site.cqrs.operations import operation_of
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

    def links(self, form: AddNewBookForm, result: BookAdded) -> list[Link]:
        return GetBookLabelsView.links_to(self.context(), result.barcode)

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

    def links(self, form: AddCopiesForm, result: CopiesAdded) -> list[Link]:
        return GetBookLabelsView.links_to(self.context(), *result.barcodes)

    def look_here(self, form: AddCopiesForm, result: CopiesAdded) -> list[str]:
        """The first of the copies are those that people waited for."""
        on_hold = list(zip(result.book_ids, result.barcodes, strict=True))[: result.on_hold]
        return [f"Hold shelf: {barcode}, {self.for_whom(book_id)}" for book_id, barcode in on_hold]


class SearchBooksView(QueryView):
    form_class = SearchBooksForm
    table = "tables/books.html"
    title = "Search books"
    empty = "No book matches. Type the first letters of one or more words, or a whole ISBN or barcode."


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


@method_decorator(csp_update({"style-src": [SELF, NONCE]}), name="dispatch")  # for the measures of the sheet
class LabelsView(QueryView):
    """Sheets of labels to print, some at a time; after those comes a new sheet."""

    template_name = "labels.html"
    table = ""

    @classmethod
    def links_to(cls, context: Context, *barcodes: str) -> list[Link]:
        """To the labels with these barcodes, which are consecutive; none for who may not print them."""
        asked = {"first": barcodes[0]} | ({"last": barcodes[-1]} if len(barcodes) > 1 else {})
        link = task_link(operation_of(cls.form_class.message), context, **asked)
        text = ngettext("Print label", "Print labels", len(barcodes))
        return [link._replace(text=text)] if link else []

    def texts(self, row: Any) -> tuple[str, str]:
        """The title or name on a label, and the author, if there is one."""
        raise NotImplementedError

    def found(self, form: LabelsForm, page: Any) -> dict[str, Any]:
        sheet, first_cell = form.cleaned_data["sheet"], form.cleaned_data["first_cell"]
        images = pictures((row.barcode for row in page.rows), sheet)
        labels = [Label(row.barcode, *self.texts(row), image) for row, image in zip(page.rows, images, strict=True)]
        further = self.request.GET.copy()
        further["cursor"], further["first_cell"] = page.next or "", "1"
        return {
            "page": page,
            "sheet": sheet,
            "sheets": on_sheets(labels, sheet, first_cell),
            "next_url": page.next and f"{self.request.path}?{further.urlencode()}",
        }


class GetBookLabelsView(LabelsView):
    form_class = GetBookLabelsForm
    title = gettext_lazy("Book labels")
    lead = gettext_lazy(
        "Barcodes to stick on books. Books that were added one after the other have consecutive numbers."
    )
    empty = gettext_lazy("No book has one of these barcodes.")

    def texts(self, row: BookLabel) -> tuple[str, str]:
        return row.title, row.author_name


class PickBook(PickView):
    field = BookPick


class PickAuthor(PickView):
    field = AuthorPick


class PickAuthorOrNew(PickView):
    field = NewOrKnownAuthor
