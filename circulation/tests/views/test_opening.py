"""Pages of the library itself: weekdays, closures (rule 25)."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import localdate

from circulation.models import Closure, LibraryPolicy
from circulation.policies import POLICY
from tests.library import add_book, lend, register, reserve
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
    assert messages_after(desk, sent) == ["The library is open on: Monday, Tuesday, Wednesday, Thursday, Friday."]
    assert LibraryPolicy.objects.get().closed_weekdays == "67"
    assert desk.get("/opening-weekdays").content.decode().count(" checked") == 5
