"""SetCalendarException: a day on which the library is open or closed out of turn."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from circulation.commands import SetCalendarException
from circulation.models import CalendarException
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments
from tests.declared import declared, never_open, refused
from tests.library import context

CHRISTMAS: Arguments = {"day": "2099-12-25", "note": "Christmas Day"}


DECLARED = declared(
    SetCalendarException,
    good=lambda it: CHRISTMAS,
    # a savepoint (2) around the day and a savepoint (2) around the day; the policy (2); it is about nobody (-1)
    statements=10,
    refusals=[
        refused(
            InvalidInput,
            "This text holds characters that cannot be stored.",
            lambda it: CHRISTMAS | {"note": "Christmas \a"},
        ),
        refused(InvalidInput, "This day is past", lambda it: {"day": localdate() - timedelta(days=1)}),
        never_open(lambda it: CHRISTMAS),
    ],
    moves=[lambda it: {"day": localdate()}],
)


@pytest.mark.django_db
def test_a_note_is_short() -> None:
    with pytest.raises(InvalidInput):
        dispatch(SetCalendarException(day=date(2099, 12, 25), note="x" * 201), context())
    assert not CalendarException.objects.exists()
