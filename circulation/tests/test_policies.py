"""The rules of lending, whatever the dates, the calendar and the time zone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from circulation.domain.people import add_line, without_line
from circulation.policies import MAX_DAYS, OVERDUE_AGES, POLICY, LibraryNeverOpens, LoanPolicy
from tests.library import context

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)

zones = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",  # half an hour of daylight saving
        "Africa/Casablanca",  # which ends for Ramadan
        "Pacific/Apia",  # had no 30 December 2011
    ]
)
# Near enough to each other that exceptions meet what is lent.
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
weekdays = st.frozensets(st.integers(1, 7), max_size=6)
exceptions = st.dictionaries(days, st.booleans(), max_size=60)
policies = st.builds(
    LoanPolicy,
    loan_days=st.integers(0, 60),
    shelf_days=st.integers(0, 30),
    closed_weekdays=weekdays,
    exceptions=exceptions,
)
all_closed = frozenset(range(1, 8))


def closed_from(day: date, number: int) -> Mapping[date, bool]:
    return {day + DAY * each: False for each in range(number)}


# Due dates


def open_days(policy: LoanPolicy, first: date, last: date) -> int:
    """From the day after `first` to `last`."""
    return sum(policy.is_open(first + DAY * (each + 1)) for each in range((last - first).days))


@given(policies, days)
def test_a_book_is_due_on_the_first_open_day_after_the_plain_period(policy: LoanPolicy, today: date) -> None:
    end, plain = policy.due_on(today), today + policy.loan_days * DAY

    assert end >= plain
    assert policy.is_open(end)
    assert not any(policy.is_open(plain + DAY * each) for each in range((end - plain).days))


@given(policies, days)
def test_rule_25_a_copy_waits_for_so_many_open_days_and_no_longer(policy: LoanPolicy, today: date) -> None:
    end = policy.held_until(today)

    assert policy.is_open(end)
    if policy.shelf_days:
        assert open_days(policy, today, end) == policy.shelf_days
    else:
        assert end == policy.next_open(today)


@given(policies, days, st.integers(0, 60), st.integers(0, 90), st.integers(0, 60))
def test_rule_25_a_closure_takes_no_open_day_from_what_is_on_the_hold_shelf(
    before: LoanPolicy, put_there: date, waited: int, ahead: int, length: int
) -> None:
    held_until = before.held_until(put_there)
    today = min(put_there + waited * DAY, held_until)
    after = replace(before, closures=((today + ahead * DAY, today + (ahead + length) * DAY),))

    until = after.kept_until(held_until, today, before)

    assert until >= held_until
    assert after.is_open(until)
    so_far = open_days(before, put_there, today - DAY)
    assert so_far + open_days(after, max(put_there, today - DAY), until) >= before.shelf_days


@given(weekdays, st.tuples(days, st.integers(0, 400)), days)
def test_rule_25_in_a_closure_only_a_day_that_is_said_to_be_open_is_open(
    closed: frozenset[int], span: tuple[date, int], day: date
) -> None:
    first, last = span[0], span[0] + span[1] * DAY
    policy = LoanPolicy(closed_weekdays=closed, closures=((first, last),))

    assert policy.is_open(day) is (day.isoweekday() not in closed and not first <= day <= last)
    assert replace(policy, exceptions={day: True}).is_open(day)


@given(weekdays | st.just(all_closed), exceptions, days)
def test_an_exception_beats_the_weekday(closed: frozenset[int], exceptions: dict[date, bool], day: date) -> None:
    policy = LoanPolicy(closed_weekdays=closed, exceptions=exceptions)

    expected = exceptions[day] if day in exceptions else day.isoweekday() not in closed
    assert policy.is_open(day) is expected


@given(st.integers(0, MAX_DAYS), days)
def test_after_years_of_closed_days_it_is_open_again(closed: int, today: date) -> None:
    policy = LoanPolicy(loan_days=0, exceptions=closed_from(today, closed))

    assert policy.due_on(today) == today + closed * DAY


@given(st.integers(0, MAX_DAYS), days)
def test_one_open_day_in_ten_years_is_found(distance: int, today: date) -> None:
    policy = LoanPolicy(loan_days=0, closed_weekdays=all_closed, exceptions={today + distance * DAY: True})

    assert policy.due_on(today) == today + distance * DAY


class NoDays(Mapping[date, bool]):
    """No exceptions; counts how often it is asked for one."""

    asked = 0

    def __getitem__(self, day: date) -> bool:
        self.asked += 1
        raise KeyError(day)

    def __iter__(self) -> Iterator[date]:
        return iter(())

    def __len__(self) -> int:
        return 0


@given(st.dates())
@example(date.min)
@example(date.max)
def test_a_library_that_never_opens_is_found_out_in_bounded_time(today: date) -> None:
    none = NoDays()
    policy = LoanPolicy(closed_weekdays=all_closed, exceptions=none)

    for decide in (policy.due_on, policy.held_until, policy.next_open):
        with pytest.raises(LibraryNeverOpens):
            decide(today)
    assert none.asked <= 3 * (MAX_DAYS + 1)


def test_a_day_that_is_too_far_off_is_none() -> None:
    far = TODAY + (MAX_DAYS + 1) * DAY
    policy = LoanPolicy(loan_days=0, closed_weekdays=all_closed, exceptions={far: True})

    with pytest.raises(LibraryNeverOpens):
        policy.due_on(TODAY)
    assert policy.due_on(TODAY + DAY) == far


@given(st.integers(0, 2 * MAX_DAYS), st.integers(0, MAX_DAYS), weekdays)
@example(0, 1, frozenset())
@example(0, 0, frozenset({date.max.isoweekday()}))
def test_at_the_end_of_time_no_book_is_lent_and_nothing_breaks(
    before: int, loan_days: int, closed: frozenset[int]
) -> None:
    today = date.max - before * DAY
    policy = LoanPolicy(loan_days=loan_days, shelf_days=loan_days, closed_weekdays=closed)

    for decide in (policy.due_on, policy.held_until, lambda day: policy.renewed_until(day, TODAY)):
        try:
            assert decide(today) >= today
        except LibraryNeverOpens:
            assert before < loan_days + 7


# Renewing


@given(policies, st.none() | days, days)
def test_renewing_counts_from_the_due_date_or_from_today_and_never_shortens(
    policy: LoanPolicy, due_on: date | None, today: date
) -> None:
    renewed = policy.renewed_until(due_on, today)

    assert renewed == policy.due_on(due_on if due_on and due_on > today else today)
    assert renewed >= (due_on or today)
    assert renewed >= policy.due_on(today)


# Overdue


@given(zones, st.timedeltas(timedelta(0), 130 * 365 * DAY).map(lambda later: datetime(1971, 1, 1, tzinfo=UTC) + later))
@example("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
@example("Pacific/Apia", datetime(2011, 12, 30, 9, 59, 59, tzinfo=UTC))
@example("Pacific/Apia", datetime(2011, 12, 30, 10, 0, tzinfo=UTC))
def test_today_is_the_day_on_the_librarys_wall(zone: str, now: datetime) -> None:
    with timezone.override(zone):
        assert context(now=now).today == now.astimezone(ZoneInfo(zone)).date()


@given(zones, st.dates(date(1971, 1, 1), date(2099, 12, 31)), st.data())
@example("Africa/Casablanca", date(2026, 2, 15), None)
@example("Australia/Lord_Howe", date(2026, 4, 5), None)
@example("Pacific/Apia", date(2011, 12, 29), None)
def test_a_book_is_overdue_from_the_first_instant_after_its_due_day_and_at_none_before(
    zone: str, due_on: date, data: st.DataObject | None
) -> None:
    first, end = midnight(due_on, zone), midnight(due_on + DAY, zone)
    if first == end:  # the day that Apia left out
        return
    last = end - timedelta(microseconds=1)
    within = data.draw(st.timedeltas(timedelta(0), last - first)) if data else timedelta(0)

    with timezone.override(zone):
        assert not any(due_on < context(now=now).today for now in (first, first + within, last))
        assert due_on < context(now=end).today


def midnight(day: date, zone: str) -> datetime:
    """The first instant of a day, in UTC: clocks that are put forward at midnight have no midnight."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


# Limits


def test_so_many_books_at_a_time_and_so_many_overdue() -> None:
    policy = LoanPolicy(limit_not_verified=1, limit_verified=5, overdue_limit=2)

    assert (policy.limit(verified=False), policy.limit(verified=True)) == (1, 5)
    assert [policy.too_many_overdue(overdue) for overdue in (0, 1, 2, 3)] == [False, False, True, True]
    assert not LoanPolicy(overdue_limit=0).too_many_overdue(1000)
    assert LoanPolicy(overdue_limit=1).too_many_overdue(1)


def test_the_default_is_what_the_documentation_says() -> None:
    said = LoanPolicy(loan_days=28, renewals=3, limit_not_verified=2, limit_verified=10, overdue_limit=3, shelf_days=7)
    assert said == POLICY
    assert (POLICY.next_open(TODAY), POLICY.due_on(TODAY)) == (TODAY, date(2026, 12, 21))
    assert OVERDUE_AGES == ((1, 7), (8, 14), (15, 28), (29, 90), (91, None))


# Comments

lines = st.text(st.characters(exclude_characters="\n"), min_size=1)


@given(st.lists(lines), lines)
def test_a_line_that_is_added_is_taken_away_again(before: list[str], line: str) -> None:
    comment = "\n".join(before)

    assert line in add_line(comment, line).split("\n")
    if line not in before:
        assert without_line(add_line(comment, line), line) == comment
        assert without_line(comment, line) == comment
