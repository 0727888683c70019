"""What a library sets for itself in the admin: how it lends, and when it is open."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.commands import SetCalendarException
from circulation.domain.policy_in_force import policy_from, policy_of
from circulation.models import CalendarException, LibraryPolicy
from circulation.models.opening import RANGES
from circulation.policies import POLICY, LibraryNeverOpens
from library_site.admin.tests.admin_pages import act, edit, fill_in, messages_on, url
from library_site.cqrs import dispatch
from library_site.cqrs.permissions import LIBRARIANS
from library_site.cqrs.texts import long_date
from tests.library import add_book, borrow, context, register, set_policy

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CHRISTMAS = date(2099, 12, 25)
LIST = url("circulation_librarypolicy", "changelist")
ADD = url("circulation_librarypolicy", "add")
CHANGE = url("circulation_librarypolicy", "change", 1)
EVERY_DAY = list("1234567")

pytestmark = pytest.mark.usefixtures("supervisor")


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def due_on(book_id: UUID) -> date | None:
    return Book.objects.get(pk=book_id).due_on


def say(day: date, *, is_open: bool, note: str = "") -> None:
    dispatch(SetCalendarException(day=day, is_open=is_open, note=note), context(now=MONDAY))


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


# The policy


def test_the_defaults_of_the_row_are_those_of_the_policy() -> None:
    assert policy_of(vars(LibraryPolicy())) == POLICY


def test_there_is_one_policy_which_the_list_leads_to_and_nobody_deletes(desk: Client, admin_client: Client) -> None:
    set_policy(loan_days=14)
    for client in (desk, admin_client):
        assert client.get(LIST, follow=True).redirect_chain == [(CHANGE, 302)]
        assert client.get(ADD).status_code == 403
        assert client.post(ADD, {"loan_days": "7"}).status_code == 403
        assert client.post(url("circulation_librarypolicy", "delete", 1), {"post": "yes"}).status_code == 403
    assert policy_from(date.max).loan_days == 14


def test_librarians_look_at_it_and_leave_it(client: Client, django_user_model: Any) -> None:
    set_policy()
    user = django_user_model.objects.create_user("trainee", is_staff=True)
    user.groups.add(Group.objects.get(name=LIBRARIANS))
    client.force_login(user)
    assert client.get(CHANGE).status_code == 200
    assert client.post(CHANGE, {"loan_days": "7"}).status_code == 403
    assert client.get(url("circulation_calendarexception", "add")).status_code == 200, "days are every librarian's"


def test_what_is_changed_holds_for_the_next_loan(desk: Client) -> None:
    edit(desk, ADD)
    borrow(add_book(), user_id := register(), now=MONDAY)
    edit(desk, CHANGE, loan_days="4", limit_not_verified="5", closed_weekdays=["7", "6"])
    borrow(book_id := add_book(), user_id, now=MONDAY)
    assert due_on(book_id) == date(2026, 11, 27)
    edit(desk, CHANGE, loan_days="5", closed_weekdays=["7", "6"])
    borrow(book_id := add_book(), user_id, now=MONDAY)
    assert due_on(book_id) == date(2026, 11, 30), "a Monday, not Saturday"


def test_weekdays_are_seven_boxes_with_names_and_kept_in_order(desk: Client) -> None:
    edit(desk, ADD, closed_weekdays=["7", "6"])
    assert LibraryPolicy.objects.get().closed_weekdays == "67"
    page = desk.get(CHANGE).content.decode()
    assert page.count('type="checkbox" name="closed_weekdays"') == 7
    assert page.count("checked") == 2
    for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        assert name in page
    edit(desk, CHANGE)
    assert policy_from(date.max).closed_weekdays == frozenset()


def test_every_number_has_a_range_that_the_page_says(desk: Client) -> None:
    """All of them are sent at once: each is wrong by itself."""
    edit(desk, ADD)
    page = desk.get(CHANGE).content.decode()
    assert all(f"From {least} to {most}." in page for least, most in RANGES.values())
    lowest, highest = ({name: each[place] for name, each in RANGES.items()} for place in (0, 1))
    wrong: list[dict[str, Any]] = [dict.fromkeys(RANGES, junk) for junk in ("", "x", "1.5", 10**30)]
    wrong += [{name: least - 1 for name, least in lowest.items()}, {name: most + 1 for name, most in highest.items()}]
    for values in wrong:
        assert errors(edit(desk, CHANGE, **values)).keys() == RANGES.keys()
    for right in (lowest, highest):
        assert edit(desk, CHANGE, **right).status_code == 302
        assert {name: getattr(policy_from(date.max), name) for name in RANGES} == right


def test_junk_instead_of_weekdays_is_refused_beside_them(desk: Client) -> None:
    for junk in ("8", "0", "x", "1234567", "٣"):
        assert list(errors(edit(desk, ADD, closed_weekdays=[junk, "x"]))) == ["closed_weekdays"]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "values",
    [
        {name: wrong}
        for name, (least, most) in RANGES.items()
        for wrong in (least - 1, most + 1)
    ]
    + [{"id": 2}, {"closed_weekdays": "76"}, {"closed_weekdays": "8"}, {"closed_weekdays": "11"}],
)  # fmt: skip
def test_the_database_keeps_to_it_whoever_writes(values: dict[str, Any]) -> None:
    set_policy()
    with pytest.raises(IntegrityError), transaction.atomic():
        LibraryPolicy.objects.update(**values)


def test_a_library_that_would_never_open_is_refused_in_the_form(desk: Client) -> None:
    refused = edit(desk, ADD, closed_weekdays=EVERY_DAY)
    assert "is not open on any day to come" in errors(refused)["__all__"][0]
    assert not LibraryPolicy.objects.exists()


# The calendar


@pytest.mark.parametrize("day", [MONDAY.date(), date.max])
def test_any_date_to_come_may_be_said_of(day: date) -> None:
    say(day, is_open=False)
    assert str(CalendarException.objects.get()) == f"{long_date(day)}: closed"


def exceptions(client: Client, **query: str) -> list[str]:
    page = client.get(url("circulation_calendarexception", "changelist"), query)
    return [str(each) for each in page.context["cl"].result_list]


def test_exceptions_are_listed_by_date_and_found_by_year_kind_and_note(desk: Client) -> None:
    say(CHRISTMAS, is_open=False, note="Christmas Day")
    say(date(2100, 1, 1), is_open=False, note="New Year's Day")
    say(date(2099, 12, 27), is_open=True, note="Readings")
    everything = ["1 January 2100: closed", "27 December 2099: open", "25 December 2099: closed"]
    assert exceptions(desk) == everything
    assert exceptions(desk, day__year="2099") == everything[1:]
    assert exceptions(desk, is_open__exact="1") == ["27 December 2099: open"]
    assert exceptions(desk, q="christ") == ["25 December 2099: closed"]
    assert "Friday" in desk.get(url("circulation_calendarexception", "changelist")).content.decode()


def test_an_exception_is_added_edited_and_deleted(desk: Client) -> None:
    page = url("circulation_calendarexception", "add")
    assert edit(desk, page, day="2099-12-25", note="Christmas").status_code == 302
    assert list(errors(edit(desk, page, day="2099-12-25"))) == ["day"]
    assert list(errors(edit(desk, page, day="2099-12-32"))) == ["day"]
    assert "This day is past" in errors(edit(desk, page, day="2019-12-25"))["day"][0]
    change = url("circulation_calendarexception", "change", "2099-12-25")
    assert "day" not in fill_in(desk, change)
    assert edit(desk, change, is_open="on", note="Readings").status_code == 302
    (exception,) = CalendarException.objects.all()
    assert (exception.day, exception.is_open, exception.note) == (CHRISTMAS, True, "Readings")
    edit(desk, url("circulation_calendarexception", "delete", "2099-12-25"))
    assert not CalendarException.objects.exists()


def test_the_last_open_day_is_neither_closed_nor_deleted_in_the_admin(desk: Client) -> None:
    dispatch(SetCalendarException(day=tomorrow(), is_open=True), context())
    set_policy(closed_weekdays="1234567")
    change = url("circulation_calendarexception", "change", tomorrow().isoformat())
    assert "is not open" in errors(edit(desk, change))["__all__"][0]
    deleted = desk.post(change.replace("change", "delete"), {"post": "yes"}, follow=True)
    selected = act(desk, "circulation_calendarexception", "delete_selected", [tomorrow()], post="yes")
    for page in (deleted, selected):
        assert [str(LibraryNeverOpens()) in each for each in messages_on(page)] == [True]
    assert CalendarException.objects.get().is_open
