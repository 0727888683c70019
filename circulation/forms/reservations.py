"""Forms of reservations."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.picks import BookPick
from circulation.commands import CancelReservation, MoveReservation, PlaceReservation
from circulation.forms.picks import ReservationPick, UserPick
from library_site.html.form_fields import reason_field
from library_site.html.forms import TaskForm


class PlaceReservationForm(TaskForm):
    message = PlaceReservation
    about: ClassVar = {
        "book_withdrawn": "book_id",
        "title_already_borrowed": "book_id",
        "title_already_reserved": "book_id",
        "user_suspended": "user_id",
    }

    user_id = UserPick(label=_("Who waits"))
    book_id = BookPick(label=_("Any copy of the title"), interchangeable=True)


class CancelReservationForm(TaskForm):
    message = CancelReservation

    reservation_id = ReservationPick()


class MoveReservationForm(TaskForm):
    message = MoveReservation

    reservation_id = ReservationPick()
    position = forms.IntegerField(
        label=_("New place in the queue"),
        help_text=_("1 is next. A number beyond the end of the queue means its end."),
        widget=forms.NumberInput(attrs={"min": 1}),
    )
    reason = reason_field(_("Why: the journal keeps it. Name nobody."))
