"""Strangers who guess are slowed; whoever has signed in on a device before gets in; nothing typed is kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from circulation.queries import GetJournal
from library_site.accounts.models import Failures
from library_site.accounts.strangers import attempts, devices
from library_site.cqrs import dispatch
from library_site.cqrs.models import JournalEntry
from tests.library import context

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

PAGES = ("/login", "/admin/login/")
RIGHT, WRONG = "correct horse", "swordfish"
CLIENT, ACCOUNT, DEVICE = (attempts.LIMITS[each] for each in ("client", "account", "device"))
STRANGER = "198.51.100.7"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """What time it is, for who counts: it stands still until it is told to go on."""
    now = [1_000_000.0]
    monkeypatch.setattr(attempts, "time", lambda: now[0])

    def go_on(seconds: float) -> None:
        now[0] += seconds

    return go_on


def sign_in(
    password: str, *, name: str = "librarian", at: str = STRANGER, page: str = "/login", on: Client | None = None
) -> Any:
    return (on or Client()).post(
        page, {"username": name, "password": password, "next": "/"}, REMOTE_ADDR=at, headers={"X-Forwarded-For": "::1"}
    )


def statuses(times: int, **how: Any) -> list[int]:
    return [sign_in(WRONG, **how).status_code for _ in range(times)]


@pytest.fixture
def own(librarian: User) -> Client:
    """A browser on which the librarian was signed in once."""
    browser = Client()
    assert sign_in(RIGHT, at="192.0.2.1", on=browser).status_code == 302
    browser.post("/logout")
    assert "sessionid" not in browser.cookies or not browser.cookies["sessionid"].value
    return browser


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_slowed_and_keeps_no_owner_out(own: Client, page: str, clock: Any) -> None:
    wrong = 422 if page == "/login" else 200
    assert statuses(CLIENT + 2, page=page) == [wrong] * CLIENT + [429] * 2

    slowed = sign_in(RIGHT, page=page)
    assert (slowed.status_code, slowed["Retry-After"]) == (429, "90")
    assert "Try again in 2 minutes." in slowed.text
    assert sign_in(RIGHT, page=page, on=own).status_code == 302
    assert sign_in(RIGHT, page=page, at="203.0.113.9").status_code == 302  # nor elsewhere
    assert sign_in(RIGHT, page=page, at="::ffff:198.51.100.7").status_code == 429  # the same address

    clock(90)
    assert sign_in(RIGHT, page=page).status_code == 302


def test_what_is_refused_prolongs_nothing(librarian: User, clock: Any) -> None:
    statuses(CLIENT)
    for _ in range(5):
        clock(15)
        assert sign_in(RIGHT).status_code == 429
    clock(15)

    assert sign_in(RIGHT).status_code == 302


def test_of_ipv6_a_client_is_a_network(librarian: User) -> None:
    assert [sign_in(WRONG, at=f"2001:db8::{n}").status_code for n in range(CLIENT + 1)] == [422] * CLIENT + [429]

    assert sign_in(RIGHT, at="2001:db8:0:1::1").status_code == 302


def test_an_account_that_many_clients_guess_at_still_knows_its_devices(own: Client) -> None:
    guesses = [sign_in(WRONG, at=f"198.51.100.{n}").status_code for n in range(ACCOUNT + 1)]
    assert guesses == [422] * ACCOUNT + [429]

    assert sign_in(RIGHT, at="203.0.113.9").status_code == 429
    assert sign_in(RIGHT, on=own).status_code == 302


def test_whoever_is_kept_out_may_be_let_in_by_an_operator(librarian: User, capsys: Any) -> None:
    statuses(CLIENT + 1)

    call_command("forget_failed_sign_ins")

    assert capsys.readouterr().out == "Counts of failed sign-ins: 3 forgotten.\n"
    assert sign_in(RIGHT).status_code == 302


def test_one_password_for_many_names_is_slowed_whoever_tries_it_and_journalled(
    desk: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MOST_IN_A_MINUTE = settings.MOST_IN_A_MINUTE | {"refusals": 1}
    limit = attempts.LIMITS["password"]
    tries = [sign_in(WRONG, name=f"reader{n}", at=f"198.51.100.{n}").status_code for n in range(limit + 1)]
    assert tries == [422] * limit + [429]
    assert sign_in(WRONG, name="reader", at=f"198.51.100.{limit}").status_code == 429

    assert sign_in("another", name="reader", at="203.0.113.9").status_code == 422
    codes = list(JournalEntry.objects.filter(operation="SignIn", outcome="REFUSED").order_by("id").values_list("code"))
    assert codes == [("wrong_credentials",)] * limit + [("too_many_attempts",), ("wrong_credentials",)]
    page = desk.get("/journal", {"operation": "SignIn", "code": "too_many_attempts"}).text
    assert "There were too many attempts" in page
    assert len(dispatch(GetJournal(operation="SignIn"), context()).rows) == len(codes)


def test_a_device_that_guesses_is_slowed_by_itself(own: Client, clock: Any) -> None:
    assert statuses(DEVICE + 1, on=own) == [422] * DEVICE + [429]
    assert sign_in(RIGHT, on=own).status_code == 429
    assert sign_in(RIGHT).status_code == 302

    clock(90)
    assert sign_in(RIGHT, on=own).status_code == 302


def test_a_device_is_known_for_who_has_signed_in_on_it_until_the_password_changes(own: Client, clock: Any) -> None:
    User.objects.create_user("clerk", password=RIGHT)
    statuses(CLIENT)
    assert sign_in(RIGHT, name="clerk", on=own).status_code == 429

    clock(90)
    assert sign_in(RIGHT, name="clerk", on=own).status_code == 302
    own.post("/logout")
    for name in ("clerk", "librarian"):
        assert sign_in(RIGHT, name=name, on=own).status_code == 302
        own.post("/logout")
    account = User.objects.get(username="librarian")
    account.set_password("battery staple")
    account.save()
    statuses(1)
    assert sign_in("battery staple", on=own).status_code == 429


def test_the_cookie_of_a_device_is_a_secret_that_names_nobody(own: Client, librarian: User) -> None:
    cookie = own.cookies[devices.COOKIE]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", devices.LASTS)
    assert "librarian" not in cookie.value
    own.cookies[devices.COOKIE] = cookie.value.replace(".", ".0", 1)
    statuses(CLIENT)
    assert sign_in(RIGHT, on=own).status_code == 429


def test_nothing_that_was_typed_is_kept_and_what_weighs_nothing_goes(librarian: User, clock: Any) -> None:
    sign_in("librarian", name=WRONG)
    kept = list(Failures.objects.values())
    assert len(kept) == 3
    assert WRONG not in str(kept)

    clock(attempts.SPAN)
    sign_in(WRONG, name="x" * 1000, at="203.0.113.9")
    assert Failures.objects.count() == 3


def test_a_refusal_looks_at_no_password_and_writes_nothing(
    librarian: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MOST_IN_A_MINUTE = settings.MOST_IN_A_MINUTE | {"refusals": 1}
    statuses(CLIENT + 1)
    monkeypatch.setattr(User, "check_password", None)
    monkeypatch.setattr(User, "set_password", None)

    with CaptureQueriesContext(connection) as captured:
        assert sign_in(RIGHT).status_code == 429

    (only,) = [each["sql"] for each in captured]
    assert only.startswith("SELECT")


def test_a_sign_in_that_succeeds_weighs_nothing(librarian: User) -> None:
    assert [sign_in(RIGHT).status_code for _ in range(CLIENT + 5)] == [302] * (CLIENT + 5)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_as_many_as_one_after_the_other(librarian: User) -> None:
    number = count(1)

    def guess(_: int) -> int:
        try:
            return int(sign_in(f"{WRONG}{next(number)}").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(guess, range(3 * CLIENT)))

    assert answers == [422] * CLIENT + [429] * 2 * CLIENT


def test_while_a_password_is_looked_at_strangers_wait_shortly_and_devices_do_not(
    own: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PATIENCE", 0.01)
    with attempts._looking:
        assert sign_in(RIGHT).status_code == 429
        assert sign_in(RIGHT, on=own).status_code == 302
    assert sign_in(RIGHT).status_code == 302


def test_where_the_database_only_reads_nobody_signs_in(librarian: User) -> None:
    is_postgresql = connection.vendor == "postgresql"
    only = "SET transaction_read_only = on" if is_postgresql else "PRAGMA query_only = ON"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(only)
        try:
            answer = Client(raise_request_exception=False).post("/login", {"username": "librarian", "password": RIGHT})
        finally:
            if not is_postgresql:
                cursor.execute("PRAGMA query_only = OFF")
        transaction.set_rollback(True)  # by which PostgreSQL writes again

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
