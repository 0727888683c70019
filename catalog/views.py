"""HTML pages of the catalogue's tasks. Adapter: they translate, nothing else."""

from typing import Any
from uuid import UUID

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.commands.add_copies import CopiesAdded
from catalog.commands.add_new_book import BookAdded
from catalog.forms.books import AddCopiesForm, AddNewBookForm
from catalog.forms.lists import CursorForm, GetBookLabelsForm, LabelsForm, SearchBooksForm
from catalog.forms.picks import MISREAD_ISBN, AuthorPick, BookPick, NewOrKnownAuthor
from catalog.labels import Label, on_sheets, pictures
from catalog.models import Book
from catalog.policies import canonical_isbn, looks_like_isbn
from catalog.queries import GetBookLabels, GetBooksByAuthor, SearchAuthors, SearchBooks
from catalog.queries.get_book_labels import BookLabel
from catalog.queries.search_books import FoundBook
from catalog.text import name_key
from library_site.cqrs import Context, Page
from library_site.cqrs.messages import PAGE_SIZE
from library_site.cqrs.operations import operation_of
from library_site.html.form_fields import search_field
from library_site.html.forms import MessageForm, TaskForm
from library_site.html.links import Link, task_link, task_url
from library_site.html.lists import ListView
from library_site.html.pages import Group, page
from library_site.html.views import PickView, QueryView, TaskView

SITTING = "sitting"
"""What the session keeps of the books that were added: the day, and those whose labels are to be printed."""


class ArrivalView(TaskView):
    """A task by which books arrive, some of which people may wait for.

    The same page is ready for the next one; the labels of those that got a new number are printed together at the end.
    """

    template_name = "arrival.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if "printed" in request.GET:
            request.session.pop(SITTING, None)
            return redirect(request.path)
        return super().get(request)

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        sitting = self._sitting()
        return super().render_page(form, status=status, added=len(sitting), sheets=self._labels_of(sitting), **values)

    def next_url(self, form: Any, result: BookAdded | CopiesAdded) -> str:
        """The empty form again. What got a number of ours is kept until its label is printed, or the day ends."""
        if not form.cleaned_data["barcode"]:
            new = result.book_ids if isinstance(result, CopiesAdded) else (result.book_id,)
            ids = dict.fromkeys([*self._sitting(), *map(str, new)])
            self.request.session[SITTING] = (str(timezone.localdate()), list(ids))
        return super().next_url(form, result)

    def _sitting(self) -> list[str]:
        """The ids of the books that were added today without a label."""
        day, ids = self.request.session.get(SITTING, ("", []))
        return list(ids) if day == str(timezone.localdate()) else []

    def _labels_of(self, ids: list[str]) -> list[str]:
        """The pages of their labels, to which only so many ids fit each; none for who may not print them."""
        if not self.request.user.has_perm(operation_of(GetBookLabels).permission):
            return []
        return [
            task_url("get_book_labels", book_ids=",".join(ids[start : start + PAGE_SIZE]))
            for start in range(0, len(ids), PAGE_SIZE)
        ]

    def copies_on_hold(self, result: CopiesAdded) -> list[str]:
        """The first of the copies are those that people waited for."""
        on_hold = list(zip(result.book_ids, result.barcodes, strict=True))[: result.on_hold]
        return [self._on_hold(barcode, self.reserved_for(book_id)) for book_id, barcode in on_hold]

    def _on_hold(self, barcode: str, name: str | None) -> str:
        message = _("Hold shelf: {barcode}, for {name}") if name else _("Hold shelf: {barcode}, somebody waits for it")
        return message.format(barcode=barcode, name=name)

    def copies_added(self, title: str, result: CopiesAdded) -> str:
        message = ngettext(
            "Added {number} copy of “{title}”. Barcodes: {barcodes}.",
            "Added {number} copies of “{title}”. Barcodes: {barcodes}.",
            len(result.barcodes),
        )
        return message.format(number=len(result.barcodes), title=title, barcodes=", ".join(result.barcodes))

    def reserved_for(self, book_id: UUID) -> str | None:
        """For whom a book that has just arrived is on the hold shelf; None for who may not know."""
        return next((book.reserved_for_name for book in self.look_up(SearchBooks(q=str(book_id)))), None)


def other_title_with(view: TaskView, isbn: str | None, title: str) -> str:
    """That another title has this ISBN too, which may be a mistake; empty when none has."""
    number = canonical_isbn(isbn or "")
    found = view.look_up(SearchBooks(q=number)) if number else []
    other = next((book.title for book in found if name_key(book.title) != name_key(title)), None)
    return " " + _("The library has “{title}” with this ISBN too.").format(title=other) if other else ""


@page("add-new-book", group=Group.CATALOGUE, place=30, purpose=gettext_lazy("A title that is new to the library"))
class AddNewBookView(ArrivalView):
    form_class = AddNewBookForm
    lead = gettext_lazy(
        "One book, one shelf. It is available to borrow at once. Of an ISBN that the library has, it is another copy."
    )
    button = gettext_lazy("Add book")

    def show_first(self, sent: TaskForm, row: Any) -> HttpResponse:
        """The page with what is known of the ISBN; nothing is in error, and the focus is where work goes on."""
        form = self.form_class(context=self.context())
        form.fill_in_again(sent.typed(sent.data))
        return self.render_task(form, status=422, question=self.question(form))

    def question(self, form: AddNewBookForm) -> str:
        return "" if form.titles else _("The library has no book with this ISBN. What is it?")

    def success_message(self, form: AddNewBookForm, result: BookAdded | CopiesAdded) -> str:
        if isinstance(result, CopiesAdded):
            return self.copies_added(form.copied.title if form.copied else "", result)
        known = form.picked("author")
        author = known.name if known else form.cleaned_data["author"]["author_name"]
        message = (
            _("Added “{title}” by {author}, an author new to the catalogue. Its barcode is {barcode}.")
            if result.author_added
            else _("Added “{title}” by {author}. Its barcode is {barcode}.")
        )
        title = form.cleaned_data["title"]
        also = other_title_with(self, form.cleaned_data["isbn"], title)
        return message.format(title=title, author=author, barcode=result.barcode) + also

    def next_steps(self, form: AddNewBookForm, result: BookAdded | CopiesAdded) -> list[Link]:
        copied = form.copied
        book_id, barcode = (
            (result.book_ids[0], result.barcodes[0])
            if isinstance(result, CopiesAdded)
            else (result.book_id, result.barcode)
        )
        chosen = {"book_id": book_id}
        return [
            *GetBookLabelsView.links_to(self.context(), barcode),
            *self.task_links(
                (_("Lend it"), "borrow_book", chosen),
                (_("Add copies"), "add_copies", chosen),
                (copied.title if copied else form.cleaned_data["title"], "get_book_file", chosen),
            ),
        ]

    def warnings(self, form: AddNewBookForm, result: BookAdded | CopiesAdded) -> list[str]:
        if isinstance(result, CopiesAdded):
            return self.copies_on_hold(result)
        if result.book_status != Book.Status.ON_HOLD:
            return []
        name = self.reserved_for(result.book_id)
        return [_("Hold shelf: for {name}").format(name=name) if name else _("Hold shelf: somebody waits for it")]


@page("add-copies", group=Group.CATALOGUE, place=40, purpose=gettext_lazy("More of a book that the library has"))
class AddCopiesView(ArrivalView):
    form_class = AddCopiesForm
    lead = gettext_lazy(
        "More copies of a book that the library has. Each gets the next barcode, and is available at once."
    )
    button = gettext_lazy("Add copies")

    def success_message(self, form: AddCopiesForm, result: CopiesAdded) -> str:
        return self.copies_added(form.picked("book_id").title, result)

    def next_steps(self, form: AddCopiesForm, result: CopiesAdded) -> list[Link]:
        book = form.picked("book_id")
        return [
            *GetBookLabelsView.links_to(self.context(), *result.barcodes),
            *self.task_links((book.title, "get_book_file", {"book_id": book.id})),
        ]

    def warnings(self, form: AddCopiesForm, result: CopiesAdded) -> list[str]:
        return self.copies_on_hold(result)


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
        if looks_like_isbn(typed):
            return str(MISREAD_ISBN)
        return str(self.empty)

    def links_if_empty(self, form: SearchBooksForm) -> list[Link]:
        isbn = canonical_isbn(form.cleaned_data["q"])
        if isbn is None and looks_like_isbn(form.cleaned_data["q"]):
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

    def page_context(self, form: LabelsForm, page: Any) -> dict[str, Any]:
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


@page("book-labels", group=Group.CATALOGUE, place=50, purpose=gettext_lazy("Barcodes to print and stick on"))
class GetBookLabelsView(LabelsView):
    form_class = GetBookLabelsForm
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
