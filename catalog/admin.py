"""The admin of the catalogue: the legacy CRUD by form."""

from django.contrib import admin
from django.db.models import Q

from catalog.models import Author, Book
from catalog.policies import canonical_isbn
from catalog.search import by_id_or_words
from library_site.cqrs.admin import CrudAdmin


@admin.register(Author)
class AuthorAdmin(CrudAdmin):
    fields = ("name",)
    list_display = ("name",)
    search_fields = ("search_key",)
    search_help_text = "A few letters of each word of the name, or an id."
    sought = staticmethod(by_id_or_words)


@admin.register(Book)
class BookAdmin(CrudAdmin):
    fields = ("title", "isbn", "author", "status", "borrower", "borrowed_at", "due_on", "renewals")
    readonly_fields = ("borrowed_at", "due_on", "renewals")
    autocomplete_fields = ("author", "borrower")
    list_display = ("title", "author", "isbn", "status", "borrower", "due_on")
    list_select_related = ("author", "borrower")
    list_filter = ("status", "due_on")
    ordering = ("-id",)
    search_fields = ("search_key",)
    search_help_text = "A few letters of words of the title or the author, an ISBN, or an id."

    @staticmethod
    def sought(q: str) -> Q:
        isbn = canonical_isbn(q)
        return Q(isbn=isbn) if isbn else by_id_or_words(q)
