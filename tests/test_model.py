"""The library against a model of it (tests/model.py): commands at random, and the answers that the rules foretell."""

from dataclasses import asdict
from datetime import timedelta
from random import Random

import pytest
from django.contrib.auth.models import Group, User
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from catalog.commands import AddNewBook
from circulation.commands import RegisterUser, SetCalendarException, VerifyUser
from circulation.models import LibraryPolicy
from library_site.cqrs import Actor
from library_site.cqrs.permissions import LIBRARIANS
from tests.model import Policy
from tests.model_check import Both
from tests.model_steps import ARGUMENTS, STEPS, arguments, in_days

pytestmark = pytest.mark.django_db

POLICIES = [
    Policy(limit_verified=3, overdue_limit=2, shelf_days=3, loan_days=7, renewals=1),
    Policy(loan_days=0, renewals=2, overdue_limit=0, closed="67"),
    Policy(loan_days=2, shelf_days=0, limit_not_verified=1, limit_verified=2),
    Policy(loan_days=1, shelf_days=2, closed="1234567"),
]

QUICK = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def opened(policy: Policy) -> Both:
    """A small library: two copies of one title, a book without ISBN, three people, a clerk."""
    values = asdict(policy)
    LibraryPolicy(closed_weekdays=values.pop("closed"), **values).save()
    clerk = User.objects.create_user("clerk")
    clerk.groups.add(Group.objects.get(name=LIBRARIANS))
    both = Both(policy, Actor.of_user(clerk))
    for days in (0, 5, 20):
        both.do(SetCalendarException(day=in_days(both.library, days), is_open=True))
    for isbn in ("9780441013593", "9780441013593", ""):
        both.do(AddNewBook(title="Emma", isbn=isbn, author_name="Jane Austen"))
    for name in ("Ann", "Ben", "Carol"):
        both.do(RegisterUser(name=name, email=f"{name}@example.com"))
    for user_id in list(both.library.people)[:2]:
        both.do(VerifyUser(user_id=user_id))
    return both


class Librarians(RuleBasedStateMachine):
    """Sends commands to the library, and to the model of it."""

    both: Both

    def __init__(self) -> None:
        super().__init__()
        self.database = TestCase()
        self.database.setup_example()

    @initialize(policy=st.sampled_from(POLICIES))
    def open(self, policy: Policy) -> None:
        self.both = opened(policy)

    @rule(luck=st.binary(min_size=8, max_size=8))
    def act(self, luck: bytes) -> None:
        """Any step with any arguments, evenly chosen (Hypothesis by itself prefers a few); or time goes by."""
        chance = Random(luck)  # noqa: S311
        step = chance.choice([*STEPS, None, None])
        if step is None:
            self.both.library.now += timedelta(days=chance.choice([1, 2, 3, 5, 8]))
        elif command := step(self.both.library, **{name: chance.choice(ARGUMENTS[name]) for name in arguments(step)}):
            note(f"{self.both.library.now}: {command}")
            self.both.do(command, as_clerk=chance.random() < 0.2)

    def teardown(self) -> None:
        try:
            if hasattr(self, "both") and self.both.is_sound:
                self.both.ask_everything()
                self.both.put_everything_back()
        finally:
            self.database.teardown_example(None)


def test_the_library_does_what_the_rules_say() -> None:
    run_state_machine_as_test(Librarians, settings=QUICK)
