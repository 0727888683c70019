"""The form of lending."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.picks import BookPick
from circulation.commands import BorrowBook, TakeOverLoan
from circulation.forms.picks import UserPick
from circulation.queries import GetReservationsByUser
from library_site.cqrs import dispatch
from library_site.cqrs.operations import operation_of
from library_site.html.form_fields import day_field
from library_site.html.forms import TaskForm


class BorrowBookForm(TaskForm):
    message = BorrowBook
    about: ClassVar = {
        "book_not_available": "book_id",
        "book_reserved": "book_id",
        "library_never_opens": "book_id",
        "user_suspended": "user_id",
        "loan_limit_reached": "user_id",
        "overdue_limit_reached": "user_id",
    }
    on_demand: ClassVar = {"report_found": forms.CheckboxInput}

    user_id = UserPick(label=_("Who borrows"))
    book_id = BookPick(wanted=("AVAILABLE",), interchangeable=True)
    report_found = forms.BooleanField(
        label=_("Report it found first"),
        required=False,
        widget=forms.HiddenInput,
        help_text=_("The book was missing, and you have it in hand."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(BookPick, self.fields["book_id"]).meant = self._waiting_copies

    def _waiting_copies(self) -> set[UUID | None]:
        """The copies on the hold shelf for who borrows: an ISBN that is scanned means such a one."""
        user = self.picked("user_id")
        if user is None or not self.context.actor.may(operation_of(GetReservationsByUser).permission):
            return set()
        return {row.waiting_book_id for row in dispatch(GetReservationsByUser(user_id=user.id), self.context).rows}


class TakeOverLoanForm(TaskForm):
    message = TakeOverLoan
    about: ClassVar = {"book_not_available": "book_id", "library_never_opens": "due_on"}

    user_id = UserPick(label=_("Who has the book"))
    book_id = BookPick(wanted=("AVAILABLE",))
    borrowed_on = day_field(_("Borrowed on"), _("Left empty, it is counted back from the last day."), required=False)
    due_on = day_field(_("Last day"), _("Left empty, it is counted from the day of borrowing."), required=False)
