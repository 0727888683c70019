"""Pages of books that arrive: new titles, and copies of those that the library has."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.commands.add_copies import CopiesAdded
from catalog.commands.add_new_book import BookAdded
from catalog.forms.books import AddCopiesForm, AddNewBookForm
from catalog.models import Book
from catalog.policies import canonical_isbn
from catalog.queries import GetBookLabels, SearchBooks
from catalog.text import name_key
from catalog.views.labels import GetBookLabelsView
from library_site.cqrs.messages import PAGE_SIZE
from library_site.cqrs.operations import operation_of
from library_site.html.forms import MessageForm, TaskForm
from library_site.html.links import Link, task_url
from library_site.html.pages import Group, page
from library_site.html.views import TaskView

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
        author = known.name if known else form.cleaned_data["author"].get("author_name", "")
        message = (
            _("Added “{title}” by {author}, an author new to the catalogue. Its barcode is {barcode}.")
            if result.author_added
            else _("Added “{title}” by {author}. Its barcode is {barcode}.")
            if author
            else _("Added “{title}”. Its barcode is {barcode}.")
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
        "More copies of a book that the library has. Each gets the next barcode and the shelf mark of the first, and "
        "is available at once."
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
