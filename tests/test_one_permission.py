"""One rule, one permission: what somebody may do by one door, they may do by every other (docs/adr/0021)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import WithdrawBook
from circulation.models import LibraryUser
from library_site.admin import CrudAdmin
from library_site.admin.tests.admin_pages import act, edit, url
from library_site.cqrs import dispatch, records
from library_site.cqrs.arguments import message_from
from library_site.cqrs.operations import operation_of
from tests.arranger import Here
from tests.declared import Declared, commands, each_operation
from tests.library import add_book, context, give_back, register, reserve, suspend
from tests.test_refusals import Call, requested

pytestmark = pytest.mark.django_db

TABLES = {model._meta.label_lower: model for model, of in admin.site._registry.items() if isinstance(of, CrudAdmin)}
"""The tables that people edit in the admin, and programs by CRUD."""

FOLLOWS = {
    "catalog.author": {"ContinueImport", "UndoImport"},  # whose parts take their own permissions
    "catalog.barcodeseries": {"AddCopies", "AddNewBook", "ContinueImport", "RegisterUser"},  # the next number is given
    "catalog.book": {
        *("AddCopies",),  # as often AddNewBook
        *("CancelReservation", "ExpireReservations", "PlaceReservation"),  # whose turn it is
        *("TakeOverLoan",),  # by its own days
        *("UndoLoan", "UndoReturn"),  # as it was before
        *("ContinueImport", "UndoImport"),
    },
    "circulation.libraryuser": {"EndSuspensions", "ReportFoundBook", "ReportMissingBook"},  # by its day, or with a loss
}
"""Commands that change what an edit may say, too, though no edit means them."""


def editable(model: type[Model]) -> dict[Any, Any]:
    """What an edit may say of the rows of a table."""
    of: Any = admin.site.get_model_admin(model)
    return {row["pk"]: row for row in model._default_manager.values("pk", *(set(of.fields) - {*of.readonly_fields}))}


@pytest.mark.parametrize("declared", commands(), ids=lambda each: each.operation.name)
def test_what_a_task_changes_no_edit_changes_past_it(declared: Declared) -> None:
    message = message_from(declared.operation, declared.arguments())
    before = {table: editable(model) for table, model in TABLES.items()}
    dispatch(message, context())

    changed = {table for table, model in TABLES.items() if editable(model) != before[table]}
    by = {table for table, tasks in records._tasks.items() if declared.operation.message in tasks}
    follows = {table for table, names in FOLLOWS.items() if declared.operation.name in names}
    assert changed - by - follows == set(), "an edit there has to mean this task: @edits(by=…) in circulation/records"
    assert follows <= changed


@pytest.mark.parametrize("table", TABLES)
def test_whoever_may_do_the_task_may_edit_the_table(table: str, librarian: User, request: Any) -> None:
    """The task's own permission is asked for with the table's (tests/test_crud.py): so the tasks decide alone."""
    app, model = table.split(".")
    asked = {operation_of(task).permission for task in records._tasks.get(table, ())}
    for may in (librarian.has_perm, request.getfixturevalue("supervisor").has_perm):
        for permission in filter(may, asked):
            assert may(f"{app}.change_{model}"), permission


@each_operation()
def test_an_operation_is_open_at_every_door_or_shut(declared: Declared, librarian: User, desk: Client) -> None:
    """To librarians, of whom some rules ask for more. (tests/test_refusals.py has whoever may do nothing.)"""
    may = librarian.has_perm(declared.operation.permission)
    assert (requested(Call(declared.operation, declared.arguments(), librarian)).status_code != 403) == may
    assert (desk.get(reverse(declared.operation.slug)).status_code != 403) == may


# Ways round a rule


def all_doors(api: APIClient, desk: Client, table: str, pk: UUID) -> dict[str, Callable[[], Any]]:
    """What an edit can do about a status, or a record at all."""
    model = {"book": "catalog_book", "user": "circulation_libraryuser"}[table]
    status = {"book": "WITHDRAWN", "user": "NOT_VERIFIED"}[table]
    return {
        "rest": lambda: api.patch(f"/api/{table}/{pk}", {"status": status}),
        "form": lambda: edit(desk, url(model, "change", pk), status=status),
        "deletion by rest": lambda: api.delete(f"/api/{table}/{pk}"),
        "deletion by form": lambda: desk.post(url(model, "delete", pk), {"post": "yes"}),
        "deletion by action": lambda: act(desk, model, "delete_selected", [pk], post="yes"),
    }


def test_a_librarian_ends_no_suspension_in_any_way(api: APIClient, desk: Client) -> None:
    suspend(ann := register("Ann Lee"), "Ink.")
    add_book()
    ways = all_doors(api, desk, "user", ann) | {
        "task": lambda: api.post(f"/api/user/{ann}/reinstate", {"reason": "A friend."}),
        "page": lambda: desk.post("/reinstate-user", {"user_id": str(ann), "reason": "A friend."}),
        "verified": lambda: api.post(f"/api/user/{ann}/verify"),
        "registered anew": lambda: api.post("/api/user", {"name": "Ann Lee", "email": f"{ann}@example.org"}),
    }
    for way, go in ways.items():
        go()
        assert LibraryUser.objects.filter(pk=ann, status="SUSPENDED").exists(), way


def test_a_supervisor_ends_it_before_the_record_is_deleted(api: APIClient, supervisor: User) -> None:
    suspend(ann := register("Ann Lee"))
    refused = api.delete(f"/api/user/{ann}").json()
    assert refused["detail"] == "Ann Lee is suspended, and nobody would know it any more. Reinstate the person first."
    assert refused["remedies"][0]["operation"] == "ReinstateUser"
    assert api.post(f"/api/user/{ann}/reinstate", {"reason": "Paid."}).status_code == 200
    assert api.delete(f"/api/user/{ann}").status_code == 204


def test_a_librarian_takes_no_last_copy_away_in_any_way(api: APIClient, desk: Client) -> None:
    """That of somebody who was passed over, for it stands on the shelf."""
    isbn, it = "9780441013593", Here()
    reserve(lent := it.lent_book(isbn=isbn), waiting := register())
    suspend(waiting)
    give_back(lent)
    book_id = it.book(isbn=isbn)
    dispatch(WithdrawBook(book_id=lent, reason="Worn out."), context())

    ways = all_doors(api, desk, "book", book_id) | {
        "task": lambda: api.post(f"/api/book/{book_id}/withdraw", {"reason": "Worn out."}),
        "page": lambda: desk.post("/withdraw-book", {"book_id": str(book_id), "reason": "Worn out."}),
    }
    for way, go in ways.items():
        go()
        assert Book.objects.filter(pk=book_id, status="AVAILABLE").exists(), way


def test_a_librarian_closes_a_day_in_the_admin_and_no_weekday(api: APIClient, desk: Client) -> None:
    page = url("circulation_calendarexception", "add")
    assert edit(desk, page, day="2099-12-25", note="Christmas").status_code == 302
    assert api.post("/api/calendar/exception", {"day": "2099-12-26"}).status_code == 200
    assert desk.get(url("circulation_librarypolicy", "add")).status_code == 403
    assert desk.get(url("catalog_barcodeseries", "changelist")).status_code == 200
    assert "_save" not in desk.get(url("catalog_barcodeseries", "changelist")).content.decode()
