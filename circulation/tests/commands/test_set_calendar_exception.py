"""SetCalendarException: a day on which the library is open or closed out of turn."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from circulation.commands import SetCalendarException
from circulation.models import CalendarException
from circulation.policies import LibraryNeverOpens
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import EVERY_DAY, NEVER_OPEN, declared, refused
from tests.library import context, set_policy

CHRISTMAS: Arguments = {"day": "2099-12-25", "note": "Christmas Day"}


def where_the_library_never_opens(it: Arranger) -> Arguments:
    set_policy(closed_weekdays=EVERY_DAY)
    return CHRISTMAS


DECLARED = declared(
    SetCalendarException,
    good=lambda it: CHRISTMAS,
    # a savepoint (2) around the day and a savepoint (2) around the day; the policy (2); it is about nobody (-1)
    statements=11,
    refusals=[
        refused(
            InvalidInput,
            "This text holds characters that cannot be stored.",
            lambda it: CHRISTMAS | {"note": "Christmas \a"},
        ),
        refused(InvalidInput, "This day is past", lambda it: {"day": localdate() - timedelta(days=1)}),
        refused(LibraryNeverOpens, NEVER_OPEN, where_the_library_never_opens),
    ],
    moves=[lambda it: {"day": localdate()}],
)


@pytest.mark.django_db
def test_a_note_is_short() -> None:
    with pytest.raises(InvalidInput):
        dispatch(SetCalendarException(day=date(2099, 12, 25), note="x" * 201), context())
    assert not CalendarException.objects.exists()
