"""Who signs in, and who is refused, is in the journal; what they typed is not."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from library_site.cqrs import Actor
from library_site.cqrs.models import JournalEntry

PAGES = {"/login": "html", "/admin/login/": "admin"}


def typed(name: str, password: str, page: str = "/login") -> int:
    return Client().post(page, {"username": name, "password": password, "next": "/"}).status_code


def entries() -> list[Any]:
    found = JournalEntry.objects.filter(operation="SignIn").order_by("id")
    return list(found.values_list("actor", "source", "outcome", "code", "arguments"))


@pytest.mark.parametrize("page", PAGES)
def test_a_sign_in_is_of_the_account_and_a_failed_one_of_nobody(librarian: User, page: str) -> None:
    assert typed("librarian", "correct horse", page) == 302
    typed("librarian", "swordfish", page)
    typed("swordfish", "librarian", page)

    wrong = ("anonymous", PAGES[page], "REFUSED", "wrong_credentials")
    known = {"account_id": librarian.pk}
    assert entries() == [(f"user:{librarian.pk}", PAGES[page], "CARRIED_OUT", "", {}), (*wrong, known), (*wrong, {})]
    assert "swordfish" not in str(list(JournalEntry.objects.values()))


def test_whoever_is_not_on_the_staff_is_refused_by_the_admin(db: None) -> None:
    volunteer = User.objects.create_user("volunteer", password="correct horse")
    typed("volunteer", "correct horse", "/admin/login/")

    refused = ("anonymous", "admin", "REFUSED", "permission_denied", {"account_id": volunteer.pk})
    assert entries() == [refused]


def test_nobody_may_do_nothing() -> None:
    assert not Actor.anonymous().may("cqrs.search_books")


@pytest.mark.parametrize("page", ["/login", "/admin/login/"])
def test_what_nobody_sees_in_a_user_name_was_not_typed(client: Client, librarian: User, page: str) -> None:
    client.post(page, {"username": "\u200blibra\u2060rian\ufeff", "password": "correct horse"})

    assert client.session["_auth_user_id"] == str(librarian.pk)


def test_the_names_of_accounts_and_groups_are_what_they_look_like(admin_client: Client) -> None:
    add = reverse("admin:auth_group_add")
    admin_client.post(add, {"name": "Cl\u200berks\u202e"})
    empty = admin_client.post(add, {"name": "\u2060"})

    assert Group.objects.filter(name="Clerks").exists()
    assert empty.context["adminform"].errors["name"] == ["This field is required."]


@pytest.mark.parametrize("unseen", ["\u115f", "\u3164", "\uffa0"])
def test_what_an_account_signs_in_by_is_seen(admin_client: Client, librarian: User, unseen: str) -> None:
    """Else it would look like another, and nobody could sign in as it: there, nobody has typed what is not seen."""
    password = {"usable_password": "true", "password1": "correct horse", "password2": "correct horse"}
    admin_client.post(reverse("admin:auth_user_add"), {"username": f"quim{unseen}by", **password})
    change = reverse("admin:auth_user_change", args=[librarian.pk])
    empty = admin_client.post(change, {"username": unseen})

    assert User.objects.filter(username="quimby").exists()
    assert empty.context["adminform"].errors["username"] == ["This field is required."]
