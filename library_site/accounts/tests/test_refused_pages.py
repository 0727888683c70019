"""A page that is refused for want of a permission has the entry that REST's refusal has."""

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from circulation.models import LibraryUser
from library_site.admin.tests.admin_pages import url
from library_site.cqrs.models import JournalEntry, JournalSubject
from tests.library import register, suspend
from tests.scans import who_may

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    """Somebody who may enter the admin, and may do nothing there."""
    client = Client()
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    return client


def refused() -> list[tuple[str, str, Any]]:
    """The operation, the source and the arguments of each refusal by an account, the oldest first."""
    entries = JournalEntry.objects.filter(actor__startswith="user:", outcome="REFUSED").order_by("id")
    assert {each.code for each in entries} <= {"permission_denied"}
    return [(each.operation, each.source, each.arguments) for each in entries]


def test_a_page_of_a_command_has_an_entry_and_one_of_a_query_has_none(clerk: Client) -> None:
    for response in (
        clerk.get("/borrow-book"),
        clerk.post("/borrow-book", {}),
        clerk.get("/hold-shelf"),
        clerk.get("/statistics"),
    ):
        assert response.status_code == 403

    assert refused() == [("BorrowBook", "html", {})] * 2


def test_by_rest_it_is_so_too(clerk: Client) -> None:
    api, ann = APIClient(), register()
    api.force_authenticate(User.objects.get(username="clerk"))
    for response in (
        api.post(f"/api/user/{ann}/verify", {}),
        api.patch(f"/api/user/{ann}", {"status_comment": "Rang."}),
        api.get(f"/api/user/{ann}"),
        api.get("/api/book/missing"),
    ):
        assert response.status_code == 403

    edit = {"table": "circulation.libraryuser", "method": "PATCH", "record_id": str(ann)}
    assert [each[:2] for each in refused()] == [("VerifyUser", "rest"), ("EditRecord", "rest")]
    assert refused()[1][2].items() >= edit.items()


def test_the_admins_page_of_an_edit_has_an_entry_and_one_to_read_has_none(clerk: Client) -> None:
    ann, own, digest = register(), User.objects.get(username="clerk").pk, "a" * 64
    page, token = partial(url, "circulation_libraryuser"), partial(url, "knox_authtoken")
    to_read = (page("changelist"), page("change", ann), token("change", digest))
    to_add = (page("add"), page("delete", ann), token("delete", digest))
    actions = [{"action": name} for name in ("delete_selected", "verify_user", "junk")]
    for response in (
        *map(clerk.get, (*to_read, *to_add)),
        *map(clerk.post, (page("change", ann), page("change", "junk"), f"/admin/auth/user/{own}/password/")),
        *(clerk.post(page("changelist"), action) for action in actions),
    ):
        assert response.status_code == 403

    people = {"table": "circulation.libraryuser"}
    *edits, verified = refused()
    assert verified == ("VerifyUser", "admin", {})
    assert edits == [
        ("EditRecord", "admin", arguments)
        for arguments in (
            people | {"method": "POST"},
            people | {"method": "DELETE", "record_id": str(ann)},
            {"table": "knox.authtoken", "method": "DELETE"},
            people | {"method": "PATCH", "record_id": str(ann)},
            people | {"method": "PATCH"},
            {"table": "auth.user", "method": "PATCH", "record_id": own},
            people | {"method": "DELETE"},
        )
    ]
    assert JournalSubject.objects.filter(subject=ann, entry__outcome="REFUSED").count() == 2


def test_a_page_that_only_its_search_box_keeps_shut_was_not_refused(db: None) -> None:
    client = who_may(Client(), "override_user_suspended")
    suspend(register("Ann Lee"))
    assert client.get("/reinstate-user", {"user_id": str(LibraryUser.objects.get().pk)}).status_code == 403

    assert refused() == []
