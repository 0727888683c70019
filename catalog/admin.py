"""The admin of the catalogue: the legacy CRUD by form."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.commands import AddNewBook
from catalog.models import Author, BarcodeSeries, Book
from catalog.models.search import by_barcode, by_id_or_words
from catalog.policies import canonical_isbn
from catalog.queries import GetBooksByAuthor, SearchAuthors
from library_site.admin import CrudAdmin, TaskLink


@admin.register(Author)
class AuthorAdmin(CrudAdmin):
    fields = ("name",)
    list_display = ("name",)
    search_fields = ("search_key",)
    search_help_text = _("A few letters of each word of the name, or an id.")
    task_links = (
        TaskLink(_("Find an author"), SearchAuthors),
        TaskLink(_("Add new book"), AddNewBook),
        TaskLink(_("The author’s books"), GetBooksByAuthor, lambda author: {"author_id": author.pk}),
    )
    matching = staticmethod(by_id_or_words)


@admin.register(Book)
class BookAdmin(CrudAdmin):
    fields = (
        "title",
        "isbn",
        "barcode",
        "author",
        "statement_of_responsibility",
        "shelf_mark",
        "condition",
        "status",
        "borrower",
        "borrowed_at",
        "due_on",
        "renewals",
        "reservation",
        "held_until",
    )
    readonly_fields = ("borrowed_at", "due_on", "renewals", "reservation", "held_until")
    autocomplete_fields = ("author", "borrower")
    list_display = ("title", "author", "shelf_mark", "isbn", "barcode", "status", "borrower", "due_on")
    list_select_related = ("author", "borrower")
    list_filter = ("status", "due_on")
    ordering = ("-id",)
    search_fields = ("search_key",)
    search_help_text = _("A few letters of words of the title or the author, an ISBN, a barcode, or an id.")

    @staticmethod
    def matching(q: str) -> Q:
        isbn = canonical_isbn(q)
        return by_barcode(q) or (Q(isbn=isbn) if isbn else by_id_or_words(q))


@admin.register(BarcodeSeries)
class BarcodeSeriesAdmin(CrudAdmin):
    """The numbering of cards and of books: there are these two."""

    fields = ("library", "next_number")
    list_display = ("__str__", "library", "next_number")
    actions = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
