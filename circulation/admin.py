"""The admin of circulation: users by form, past loans to read, and the tasks as actions on books and users."""

from django.contrib import admin
from django.db.models import Q

from catalog.models import Book
from catalog.search import by_id_or_words
from circulation.commands import RenewLoan, ReportFoundBook, ReportMissingBook, ReturnBook, VerifyUser
from circulation.models import LibraryUser, PastLoan
from library_site.cqrs.admin import CommandAction, CrudAdmin, ReadOnlyAdmin


@admin.register(LibraryUser)
class LibraryUserAdmin(CrudAdmin):
    fields = ("name", "email", "status", "status_comment")
    list_display = ("name", "email", "status", "status_comment")
    list_filter = ("status",)
    ordering = ("-id",)
    search_fields = ("search_key",)
    search_help_text = "A few letters of each word of the name or the e-mail address, or an id."
    actions = ("delete_selected", CommandAction(VerifyUser, "user_id"))
    sought = staticmethod(by_id_or_words)


@admin.register(PastLoan)
class PastLoanAdmin(ReadOnlyAdmin):
    list_display = ("book", "borrower", "borrowed_at", "due_on", "ended_at", "ending", "resolved_at")
    list_select_related = ("book", "borrower")
    list_filter = ("ending", ("resolved_at", admin.EmptyFieldListFilter), "ended_at")
    search_fields = ("book", "borrower")
    search_help_text = "A few letters of words of the book's title or author, or of the borrower's name; or an id."

    @staticmethod
    def sought(q: str) -> Q:
        meant = by_id_or_words(q)
        return Q(book__in=Book.objects.filter(meant)) | Q(borrower__in=LibraryUser.objects.filter(meant))


# The catalogue knows no loans: its books get these tasks from here.
admin.site.get_model_admin(Book).actions = (
    "delete_selected",
    CommandAction(ReturnBook, "book_id"),
    CommandAction(RenewLoan, "book_id"),
    CommandAction(ReportMissingBook, "book_id"),
    CommandAction(ReportFoundBook, "book_id"),
)
