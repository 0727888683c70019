"""What the desk prints: a receipt for a person, and the slip of a book for the hold shelf."""

from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from circulation.models import PastLoan
from circulation.queries import GetBookFile, GetBorrowedBooksByUser, GetPastLoansByUser, GetUserFile
from library_site.cqrs import Context, NotAllowed, Page, Query, dispatch
from library_site.cqrs.context import Actor
from library_site.cqrs.messages import MAX_PAGE_SIZE

T = TypeVar("T")


class PrintedView(LoginRequiredMixin, View):
    """A page to be printed, about the one thing that `subject` names in its URL."""

    subject: str
    template_name: str

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            subject_id = forms.UUIDField().clean(request.GET.get(self.subject))
            shown = self.shown(subject_id)
        except (forms.ValidationError, LookupError) as error:
            raise Http404 from error
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal
        return render(request, self.template_name, shown | {"now": timezone.localtime()})

    def shown(self, subject_id: UUID) -> dict[str, Any]:
        """What the template shows. Raises LookupError when there is no such thing."""
        raise NotImplementedError

    def rows(self, query: Query[Page[T]]) -> list[T]:
        return dispatch(query, Context(actor=Actor.of_user(self.request.user), source="html")).rows


class ReceiptView(PrintedView):
    """What a person was lent today and has besides, and has brought back today."""

    subject, template_name = "user_id", "desk/receipt.html"

    def shown(self, subject_id: UUID) -> dict[str, Any]:
        person, today = self.rows(GetUserFile(user_id=subject_id))[0], timezone.localdate()
        books = self.rows(GetBorrowedBooksByUser(user_id=subject_id, page_size=MAX_PAGE_SIZE))
        past = self.rows(GetPastLoansByUser(user_id=subject_id, page_size=MAX_PAGE_SIZE))
        lent_today = [book for book in books if book.borrowed_at and timezone.localdate(book.borrowed_at) == today]
        is_back = [loan for loan in past if loan.ending == PastLoan.Ending.RETURNED]
        return {
            "title": _("Receipt"),
            "person": person,
            "number": len(books),
            "lent": lent_today,
            "others": [book for book in books if book not in lent_today],
            "back": [loan for loan in is_back if timezone.localdate(loan.ended_at) == today],
        }


class HoldSlipView(PrintedView):
    """What is put into a book on the hold shelf: for whom it waits, and until when."""

    subject, template_name = "book_id", "desk/hold_slip.html"

    def shown(self, subject_id: UUID) -> dict[str, Any]:
        book = self.rows(GetBookFile(book_id=subject_id))[0]
        if book.reserved_for_user_id is None:
            raise LookupError
        return {
            "title": _("Hold slip"),
            "book": book,
            "person": self.rows(GetUserFile(user_id=book.reserved_for_user_id))[0],
        }
