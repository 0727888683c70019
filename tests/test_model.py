"""The library against a model of it (tests/model.py): commands at random, and the answers that the rules foretell."""

from contextlib import suppress
from dataclasses import asdict
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from catalog.commands import AddNewBook
from circulation.commands import RegisterUser, SetCalendarException, VerifyUser
from circulation.models import LibraryPolicy
from library_site.accounts.watch import unwatched
from library_site.cqrs import Actor
from library_site.cqrs.permissions import LIBRARIANS
from tests.model import Policy
from tests.model_check import Both
from tests.model_steps import NothingToDo, Step, choices, in_days, steps

pytestmark = [pytest.mark.django_db, pytest.mark.long]

POLICIES = {
    "strict": Policy(limit_verified=3, overdue_limit=2, shelf_days=3, loan_days=7, renewals=1),
    "daily": Policy(loan_days=0, renewals=2, overdue_limit=0, closed="67"),
    "lax": Policy(loan_days=2, shelf_days=0, limit_not_verified=1, limit_verified=2),
    "never": Policy(loan_days=1, shelf_days=2, closed="1234567"),
}
ALIKE = {"daily", "lax"}

SETTINGS = settings(
    stateful_step_count=70,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def opened(policy: Policy) -> Both:
    """A small library: two copies of one title, a book without ISBN, three people, a clerk."""
    values = asdict(policy)
    LibraryPolicy(closed_weekdays=values.pop("closed"), **values).save()
    with unwatched():
        clerk = User.objects.create_user("clerk")
        clerk.groups.add(Group.objects.get(name=LIBRARIANS))
    both = Both(policy, Actor.of_user(clerk))
    for days in (0, 5, 10, 20, 50, 100) if len(policy.closed) == 7 else ():
        both.do(SetCalendarException(day=in_days(both.library, days), is_open=True))
    for isbn in ("9780441013593", "9780441013593", ""):
        both.do(AddNewBook(title="Emma", isbn=isbn, author_name="Jane Austen"))
    for name in ("Ann", "Ben", "Carol"):
        both.do(RegisterUser(name=name, email=f"{name}@example.com"))
    for user_id in list(both.library.people)[:2]:
        both.do(VerifyUser(user_id=user_id))
    return both


def with_arguments(step: Step) -> st.SearchStrategy[tuple[Step, dict[str, Any]]]:
    chosen = {name: st.sampled_from(values) for name, values in choices(step).items()}
    return st.tuples(st.just(step), st.fixed_dictionaries(chosen))


class Librarians(RuleBasedStateMachine):
    """Sends commands to the library, and to the model of it."""

    policy: Policy
    both: Both

    def __init__(self) -> None:
        super().__init__()
        self.database = TestCase()
        self.database.setup_example()

    @initialize()
    def open(self) -> None:
        self.both = opened(self.policy)

    @rule(step=st.one_of(*map(with_arguments, steps())), as_clerk=st.sampled_from([False, False, False, True]))
    def take(self, step: tuple[Step, dict[str, Any]], as_clerk: bool) -> None:
        """One rule for all steps: of many rules, Hypothesis tries a few at a time."""
        (_, choose, _), chosen = step
        with suppress(NothingToDo):
            if command := choose(self.both.library, **chosen):
                self.both.do(command, as_clerk=as_clerk)

    def teardown(self) -> None:
        try:
            if hasattr(self, "both") and self.both.is_sound:
                self.both.ask_everything()
                self.both.put_everything_back()
                call_command("check_journal", stdout=StringIO())
        finally:
            self.database.teardown_example(None)


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.alike if each in ALIKE else ()) for each in POLICIES]
)
@pytest.mark.parametrize(
    "days", [3 if connection.vendor == "postgresql" else 1, pytest.param(10, marks=pytest.mark.soak)]
)
def test_the_library_does_what_the_rules_say(name: str, days: int) -> None:
    class LibrariansWithPolicy(Librarians):
        policy = POLICIES[name]

    run_state_machine_as_test(LibrariansWithPolicy, settings=settings(SETTINGS, max_examples=days))
