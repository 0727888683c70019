"""Pages of the library itself: weekdays, closures (rule 25)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from django.utils.timezone import localdate

from circulation.commands import SetNameAndAddress
from circulation.models import Closure, LibraryPolicy, LibraryUser
from circulation.policies import POLICY
from circulation.reading.letterhead import letterhead
from library_site.cqrs import dispatch
from tests.library import add_book, context, lend, register, reserve
from tests.pages import errors, messages_after, remedies, send

pytestmark = pytest.mark.django_db


def test_rule_25_the_librarys_page_closes_it_in_one_step_says_whose_days_moved_and_lists_what_is_set(
    desk: Client,
) -> None:
    due, shelf = (localdate() + timedelta(days=days) for days in (POLICY.loan_days, POLICY.shelf_days))
    lend("Emma", register("Ann Lee"))
    reserve(add_book("Dune"), register("Bob Roe"))
    page = desk.get("/settings").content.decode()
    assert 'action="/add-closure"' in page
    assert "No closure is set." in page

    sent = send(desk, "/add-closure", first=shelf.isoformat(), last=due.isoformat(), note="Christmas")

    assert sent["Location"] == "/settings"
    (said,) = messages_after(desk, sent)
    assert "1 loan is due later, 1 book is kept longer: “Emma” (Ann Lee), “Dune” (Bob Roe)." in said
    page = desk.get("/settings").content.decode()
    assert "Christmas" in page
    (link,) = re.findall(r'href="(/cancel-closure\?closure_id=[^"]+)"', page)
    form = desk.get(link).content.decode()
    assert re.search(r'<option value="[^"]+" selected>', form)
    cancelled = send(desk, "/cancel-closure", closure_id=str(Closure.objects.get().pk))
    assert "The closure is cancelled" in messages_after(desk, cancelled)[0]
    assert not Closure.objects.exists()


def test_what_has_moved_is_quoted_as_its_language_does(desk: Client) -> None:
    due = (localdate() + timedelta(days=POLICY.loan_days)).isoformat()
    lend("Emma", register("Ann Lee"))
    with translation.override("de"):  # a request leaves its language with the thread
        desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
        sent = send(desk, "/add-closure", first=due, last=due, note="")
        assert "1 Ausleihe wird später fällig: „Emma“ (Ann Lee)." in messages_after(desk, sent)[0]


def test_rule_25_another_closure_of_these_days_is_refused_with_the_way_to_take_it_back(desk: Client) -> None:
    days = {"first": "2099-12-24", "last": "2099-12-31", "note": ""}
    send(desk, "/add-closure", **days)
    refused = send(desk, "/add-closure", **days)
    assert refused.status_code == 422
    assert "already" in errors(refused, "first")
    assert remedies(refused, "first") == [("Cancel closure", f"/cancel-closure?closure_id={Closure.objects.get().pk}")]


def test_rule_25_weekdays_are_set_by_supervisors_and_seen_by_all(desk: Client, librarian: User) -> None:
    page = desk.get("/settings").content.decode()
    assert "Monday, Tuesday" in page
    assert 'name="weekdays"' not in page
    assert desk.get("/opening-weekdays").status_code == 403


def test_rule_25_supervisors_set_weekdays_on_the_same_page(desk: Client, supervisor: User) -> None:
    assert desk.get("/settings").content.decode().count('name="weekdays"') == 7
    sent = send(desk, "/opening-weekdays", weekdays=["1", "2", "3", "4", "5"])
    assert messages_after(desk, sent) == [
        "The library is open on: Monday, Tuesday, Wednesday, Thursday, Friday. "
        "What is on loan already stays due when it is."
    ]
    assert LibraryPolicy.objects.get().closed_weekdays == "67"
    assert desk.get("/opening-weekdays").content.decode().count(" checked") == 5


def test_the_librarys_name_stands_in_the_header_and_on_what_is_printed(desk: Client, supervisor: User) -> None:
    ann = register("Ann Lee")
    lend("Dune", ann)
    reserve(held := add_book("Emma"), ann)
    assert '<a class="brand" href="/">Library</a>' in desk.get("/tasks").content.decode()
    send(desk, "/name-and-address", name="Arrakeen Public Library", address="1 Palace Square\nArrakeen")

    header = '<a class="brand" href="/">Arrakeen Public Library</a>'
    label = "<b>Arrakeen Public Library</b>"
    for page, said in (
        ("/settings", header),
        (f"/receipt?user_id={ann}", "1 Palace Square<br>Arrakeen"),
        (f"/hold-slip?book_id={held}", "Arrakeen Public Library"),
        (f"/card-labels?first={LibraryUser.objects.get().barcode}", label),
    ):
        assert said in desk.get(page).content.decode(), page
    assert "1 Palace Square" in desk.get("/settings").content.decode()


def test_the_librarys_name_is_read_once_a_minute(db: None, settings: Any, django_assert_num_queries: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    assert letterhead().name == "Library"
    LibraryPolicy(library_name="Elsewhere").save()
    with django_assert_num_queries(0):
        assert letterhead().name == "Library"
    dispatch(SetNameAndAddress(name="Arrakeen"), context())
    assert letterhead().name == "Arrakeen", "where it was changed, at once"
    cache.clear()
