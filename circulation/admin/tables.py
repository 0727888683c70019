"""The admin of circulation: users by form, past loans and reservations to read, and the tasks as actions."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from catalog.models.search import by_barcode_id_or_words
from circulation.admin import tasks as admin_tasks
from circulation.admin.opening import CalendarExceptionAdmin, LibraryPolicyAdmin
from circulation.commands import (
    CancelReservation,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    RestoreBook,
    ReturnBook,
    VerifyUser,
)
from circulation.domain.reservations import waits_for
from circulation.models import CalendarException, LibraryPolicy, LibraryUser, PastLoan, Reservation
from library_site.admin import ActionAdmin, CommandAction, CrudAdmin, ReadOnlyAdmin
from library_site.cqrs.texts import long_date

MOST_MATCHES = 200
"""Of what has loans or reservations, how many rows a search looks up: as its help says."""

SUSPENSION_FIELDS = ("suspended_at", "suspended_by", "suspended_until", "suspension_reason", "suspended_for_loss")


@admin.register(LibraryUser)
class LibraryUserAdmin(CrudAdmin):
    fields = (
        *("name", "birth_date", "email", "barcode", "phone", "address", "language", "note"),
        *("status", "status_comment", *SUSPENSION_FIELDS),
    )
    readonly_fields = SUSPENSION_FIELDS
    list_display = ("name", "birth_date", "email", "barcode", "status", "status_comment")
    list_filter = ("status",)
    ordering = ("-id",)
    search_fields = ("search_key",)
    search_help_text = gettext_lazy(
        "A few letters of each word of the name or the e-mail address, a library card, or an id."
    )
    actions = ("delete_selected", CommandAction(VerifyUser, "user_id"))
    task_links = admin_tasks.OF_PEOPLE
    matching = staticmethod(by_barcode_id_or_words)


@admin.register(PastLoan)
class PastLoanAdmin(ReadOnlyAdmin):
    list_display = ("book", "borrower", "borrowed_at", "due_on", "ended_at", "ending", "resolved_at")
    list_select_related = ("book", "borrower")
    list_filter = ("ending", ("resolved_at", admin.EmptyFieldListFilter), "ended_at")
    search_fields = ("book", "borrower")
    search_help_text = gettext_lazy(
        "A few letters of words of the book's title or author, or of a name; a barcode, or an id. Of more than 200 "
        "books or people that match, 200 are looked up: type more letters."
    )
    task_links = admin_tasks.OF_PAST_LOANS

    @staticmethod
    def matching(q: str) -> Q:
        return _of_book(q) | Q(borrower__in=_first(LibraryUser, q))


@admin.register(Reservation)
class ReservationAdmin(ActionAdmin, ReadOnlyAdmin):
    fields = ("book", "user", "status", "rank", "placed_at", "ended_at")
    list_display = ("book", "user", "status", "on_the_hold_shelf", "rank", "placed_at", "ended_at")
    list_select_related = ("book", "user", "waiting_book")
    list_filter = ("status", "placed_at")
    search_fields = ("book", "user")
    search_help_text = PastLoanAdmin.search_help_text
    actions = (CommandAction(CancelReservation, "reservation_id"),)
    task_links = admin_tasks.OF_RESERVATIONS

    @admin.display(description=gettext_lazy("on the hold shelf"))
    def on_the_hold_shelf(self, reservation: Reservation) -> str | None:
        copy = getattr(reservation, "waiting_book", None)
        return copy and _("{barcode}, until {day}").format(barcode=copy.barcode, day=long_date(copy.held_until))

    @staticmethod
    def matching(q: str) -> Q:
        return _of_book(q) | Q(user__in=_first(LibraryUser, q))


def _of_book(q: str) -> Q:
    return Q(book__in=_first(Book, q))


def _first(model: type[Book | LibraryUser], q: str) -> list[UUID]:
    """The ids of those that match, as many as an index finds rows of at once."""
    found = model._default_manager.order_by().filter(by_barcode_id_or_words(q)).values_list("pk", flat=True)
    return list(found[:MOST_MATCHES])


def _where_it_goes(result: Any) -> str:
    """Where to put a book that has just come back, if not to its shelf."""
    book = Book.objects.select_related("reservation__user").get(pk=result.book_id)
    return (
        _("It waits on the hold shelf for {name}, until {day}.").format(**waits_for(book)) if book.reservation else ""
    )


# The catalogue knows no loans: its books get these tasks from here.
books: Any = admin.site.get_model_admin(Book)
books.task_links = admin_tasks.OF_BOOKS
books.actions = (
    "delete_selected",
    CommandAction(ReturnBook, "book_id", _where_it_goes),
    CommandAction(RenewLoan, "book_id"),
    CommandAction(ReportMissingBook, "book_id"),
    CommandAction(ReportFoundBook, "book_id", _where_it_goes),
    CommandAction(RestoreBook, "book_id", _where_it_goes),
)

admin.site.register(LibraryPolicy, LibraryPolicyAdmin)
admin.site.register(CalendarException, CalendarExceptionAdmin)
