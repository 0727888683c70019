"""The legacy CRUD, by REST and in the admin: what is written there is carried out as the tasks that it means."""

import re
from collections.abc import Callable, Iterator
from itertools import permutations
from threading import Event, Thread, Timer
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Author, Book
from circulation.commands import CorrectBook, RenewLoan
from circulation.models import LibraryUser, PastLoan
from circulation.queries import GetHoldShelf
from library_site.admin.tests.admin_pages import act, edit, fill_in, url
from library_site.cqrs import dispatch
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import all_operations, operation_named, operation_of
from tests.arranger import Here
from tests.declared import declaration_of
from tests.library import add_book, borrow, context, give_back, lend, register, reserve, set_policy, suspend
from tests.measures import a_library_of_its_own
from tests.test_contract import assert_problem, fields_of

pytestmark = pytest.mark.django_db

ISBNS = ("9780441013593", "9780141439587", "9780141439686")
DUNE = ISBNS[0]


# Both doors

Outcome = tuple[str, str]
"""Of the entry that an edit wrote: whether it was carried out, and why not."""

Door = Callable[..., Outcome]
"""Changes a record of a table: its id, and the fields with their new values."""


def last_edit() -> JournalEntry:
    entry = JournalEntry.objects.filter(operation="EditRecord").first()
    assert entry
    return entry


def outcome() -> Outcome:
    entry = last_edit()
    return entry.outcome, entry.code


def by_rest(client: Any) -> Door:
    def change(table: str, id: UUID, **values: Any) -> Outcome:
        body = {name: value and str(value) for name, value in values.items()}
        client.patch(f"/api/{table}/{id}", body)
        return outcome()

    return change


def by_admin(client: Any) -> Door:
    def change(table: str, id: UUID, **values: Any) -> Outcome:
        model = {"user": "circulation_libraryuser"}.get(table, f"catalog_{table}")
        edit(client, url(model, "change", id), **{name: value or "" for name, value in values.items()})
        return outcome()

    return change


def signed_in(user: User, door: str) -> Door:
    if door == "admin":
        client = Client()
        client.force_login(user)
        return by_admin(client)
    api = APIClient()
    api.force_authenticate(user)
    return by_rest(api)


DOORS = ("rest", "admin")


@pytest.fixture(params=DOORS)
def change(request: pytest.FixtureRequest, librarian: User) -> Door:
    return signed_in(librarian, request.param)


DONE = ("CARRIED_OUT", "")


def refused(code: str) -> Outcome:
    return "REFUSED", code


def parts() -> list[str]:
    """The tasks of the last edit, in their order."""
    return list(last_edit().parts.order_by("id").values_list("operation", flat=True))


# Every move, by every door, with and without each permission


def book_that_is(status: str) -> UUID:
    it = Here()
    bring_about: dict[str, Callable[[], Any]] = {
        "AVAILABLE": it.book,
        "BORROWED": it.lent_book,
        "ON_HOLD": lambda: held_beside_another_copy(it),
        "MISSING": it.missing_book,
        "WITHDRAWN": it.withdrawn_book,
    }
    return UUID(str(bring_about[status]()))


def held_beside_another_copy(it: Here) -> Any:
    """Of a title whose other copy is on loan: it may be withdrawn."""
    isbn = next(each for each in ISBNS if not Book.objects.filter(isbn=each).exists())
    it.lent_book(isbn=isbn)
    return it.held_book(isbn=isbn)


def person_that_is(status: str, *, before: str) -> UUID:
    person = register(verified="VERIFIED" in {status, before})
    if status == "SUSPENDED":
        suspend(person)
    return person


def moves() -> Iterator[tuple[str, str, str, str]]:
    """Of every table, from every status to every other; of who is suspended, from what somebody was before, too."""
    for before, after in permutations(Book.Status.values, 2):
        yield "book", before, after, ""
    for before, after in permutations(LibraryUser.Status.values, 2):
        for former in ("NOT_VERIFIED", "VERIFIED") if before == "SUSPENDED" else ("",):
            yield "user", before, after, former


THE_TABLE = {
    **{("book", before, "BORROWED", ""): "BorrowBook" for before in ("AVAILABLE", "ON_HOLD")},
    ("book", "BORROWED", "AVAILABLE", ""): "ReturnBook",
    **{("book", before, "MISSING", ""): "ReportMissingBook" for before in ("AVAILABLE", "ON_HOLD", "BORROWED")},
    ("book", "MISSING", "AVAILABLE", ""): "ReportFoundBook",
    **{("book", before, "WITHDRAWN", ""): "WithdrawBook" for before in ("AVAILABLE", "ON_HOLD", "MISSING")},
    ("book", "WITHDRAWN", "AVAILABLE", ""): "RestoreBook",
    ("user", "NOT_VERIFIED", "VERIFIED", ""): "VerifyUser",
    **{("user", before, "SUSPENDED", ""): "SuspendUser" for before in ("NOT_VERIFIED", "VERIFIED")},
    **{("user", "SUSPENDED", former, former): "ReinstateUser" for former in ("NOT_VERIFIED", "VERIFIED")},
}
"""As the contract has it."""


@pytest.mark.parametrize("door", ["rest", pytest.param("admin", marks=pytest.mark.soak)])
@pytest.mark.parametrize(("table", "before", "after", "former"), list(moves()))
def test_every_move_is_its_task_or_none_and_takes_both_permissions(
    table: str, before: str, after: str, former: str, door: str
) -> None:
    task = THE_TABLE.get((table, before, after, former))
    model = "book" if table == "book" else "libraryuser"
    user = User.objects.create_user("trainee", is_staff=True)
    change = signed_in(user, door)

    def try_it(*permissions: str) -> Outcome:
        user.user_permissions.set(Permission.objects.filter(codename__in=[f"view_{model}", *permissions]))
        fresh = signed_in(User.objects.get(pk=user.pk), door) if door == "rest" else change
        if table == "user":
            return fresh("user", person_that_is(before, before=former), status=after)
        book_id = book_that_is(before)
        held_for = Book.objects.get(pk=book_id).reservation
        borrower = (held_for.user_id if held_for else register()) if after == "BORROWED" else None
        return fresh("book", book_id, status=after, borrower=borrower)

    of_table = f"change_{model}"
    if task is None:
        assert try_it(of_table) == refused("no_such_task")
        assert parts() == []
        return
    operation = operation_named(task)
    assert operation
    of_task = operation.permission.removeprefix("cqrs.")
    assert try_it(of_table, of_task) == DONE
    assert parts() == [task]
    assert try_it(of_table) == refused("permission_denied")
    if door == "rest":  # the admin shows no form to whoever lacks the table's
        assert try_it(of_task) == refused("permission_denied")


# What was seen: CRUD undid what the tasks guarantee


def test_a_stale_copy_ends_no_loan(api: APIClient) -> None:
    book_id, ann = add_book("Ema"), register()
    read = api.get(f"/api/book/{book_id}")
    borrow(book_id, ann)
    stale = read.json() | {"title": "Emma"}

    assert_problem(api.put(f"/api/book/{book_id}", stale), 428, "precondition_required")
    with_etag = api.put(f"/api/book/{book_id}", stale, headers={"If-Match": read["ETag"]})
    assert_problem(with_etag, 412, "precondition_failed")

    assert Book.objects.get(pk=book_id).borrower_id == ann
    entries = JournalEntry.objects.filter(operation="EditRecord")
    assert [each.code for each in entries] == ["precondition_failed", "precondition_required"]
    assert not PastLoan.objects.exists()


def test_a_page_of_the_admin_that_shows_what_was_ends_no_loan(desk: Client) -> None:
    book_id, ann = lend(), register()
    page = url("catalog_book", "change", book_id)
    shown = {"title": "Emma"} | fill_in(desk, page)
    give_back(book_id)
    borrow(book_id, LibraryUser.objects.exclude(pk=ann).get().pk)  # the same person again: another loan

    response = desk.post(page, shown | {"status": "AVAILABLE", "borrower": ""})

    assert "Somebody else changed this meanwhile" in response.content.decode()
    assert Book.objects.get(pk=book_id).status == "BORROWED"


def test_who_may_not_borrow_is_lent_nothing(change: Door) -> None:
    suspended, over_the_limit, book_id = register(), register(), add_book()
    suspend(suspended)
    set_policy(limit_not_verified=1)
    lend(user_id=over_the_limit)

    for person, code in ((suspended, "user_suspended"), (over_the_limit, "loan_limit_reached")):
        assert change("book", book_id, status="BORROWED", borrower=person) == refused(code)
    assert Book.objects.get(pk=book_id).status == "AVAILABLE"


def test_a_loan_is_a_loan_with_a_due_date_and_entries_in_the_journal(change: Door) -> None:
    book_id, ann = add_book("Ema"), register()

    assert change("book", book_id, title="Emma", status="BORROWED", borrower=ann) == DONE

    book = Book.objects.get(pk=book_id)
    assert (book.title, book.borrower_id) == ("Emma", ann)
    assert book.due_on
    assert book.loan_id
    assert parts() == ["CorrectBook", "BorrowBook"]
    assert last_edit().arguments == {
        "table": "catalog.book",
        "method": "PATCH",
        "record_id": str(book_id),
        "values": {"title": "Emma", "status": "BORROWED", "borrower_id": str(ann)},
    }
    assert change("book", book_id, status="AVAILABLE", borrower=None) == DONE
    assert (parts(), PastLoan.objects.get().pk) == (["ReturnBook"], book.loan_id)


def test_a_book_on_loan_keeps_its_isbn_and_what_else_was_asked_is_not_done(change: Door) -> None:
    book_id = lend("Ema")

    assert change("book", book_id, title="Emma", isbn=DUNE) == refused("book_in_use")

    assert Book.objects.get(pk=book_id).title == "Ema"
    assert parts() == []


def test_a_loan_ends_before_its_book_is_corrected(change: Door) -> None:
    book_id = lend()
    assert change("book", book_id, status="AVAILABLE", borrower=None, isbn=DUNE) == DONE

    assert parts() == ["ReturnBook", "CorrectBook"]


def test_a_new_copy_is_held_for_whoever_waits_and_lent_to_nobody_else(api: APIClient, desk: Client) -> None:
    lent = lend(isbn=DUNE)
    ann, bob = register(), register()
    reserve(lent, ann)
    author = str(Book.objects.get(pk=lent).author_id)
    body = {"title": "Dune", "isbn": DUNE, "author": author}

    to_bob = api.post("/api/book", body | {"status": "BORROWED", "borrower": str(bob)})
    assert to_bob.status_code == 409
    assert Book.objects.count() == 1

    assert api.post("/api/book", body).json()["status"] == "ON_HOLD"
    (held,) = dispatch(GetHoldShelf(), context()).rows
    assert held.user_id == ann
    assert parts() == ["AddNewBook"]
    assert edit(desk, url("catalog_book", "add"), **body).status_code == 302
    assert parts() == ["AddNewBook"]


@pytest.mark.parametrize("door", DOORS)
def test_what_has_a_past_is_not_deleted(api: APIClient, desk: Client, door: str) -> None:
    """Nor what somebody has, or waits for; and people neither."""
    on_loan, held, past = lend("Emma"), Here().held_book("Dune"), lend("Sula")
    give_back(past)
    waiting, queued = Book.objects.get(pk=held).reservation, register()
    assert waiting
    reserve(on_loan, queued)
    lost = register()
    borrow(add_book(), lost)
    rows = [("book", each) for each in (on_loan, held, past)]
    rows += [("user", each) for each in (waiting.user_id, queued, lost)]

    for table, pk in rows:
        if door == "rest":
            problem = assert_problem(api.delete(f"/api/{table}/{pk}"), 409, "still_referenced")
            assert table == "user" or problem["task"] == "WithdrawBook"
        else:
            model = "catalog_book" if table == "book" else "circulation_libraryuser"
            desk.post(url(model, "delete", pk), {"post": "yes"}, follow=True)
            act(desk, model, "delete_selected", [pk], post="yes")
    assert Book.objects.filter(pk__in=[on_loan, held, past]).count() == 3
    assert LibraryUser.objects.filter(pk__in=[waiting.user_id, queued, lost]).count() == 3


def test_a_reason_is_the_comment_that_was_sent(change: Door) -> None:
    told, silent = register(), register()
    change("user", told, status="SUSPENDED", status_comment="Ink on Emma.")
    change("user", silent, status="SUSPENDED")

    reasons = dict(LibraryUser.objects.values_list("pk", "suspension_reason"))
    assert reasons == {told: "Ink on Emma.", silent: "Edited as a record"}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.usefixtures("supervisor")
def test_a_reason_is_in_the_language_of_the_library(api: APIClient, language: str) -> None:
    suspended, told = register(), register()
    for ann, comment in ((suspended, ""), (told, " Ink. ")):
        body = {"status": "SUSPENDED", "status_comment": comment}
        api.patch(f"/api/user/{ann}", body, headers={"Accept-Language": language})
        if comment:
            api.patch(f"/api/user/{ann}", {"status": "NOT_VERIFIED", "status_comment": "Paid."})

    assert LibraryUser.objects.get(pk=suspended).status_comment == "Edited as a record"
    assert "Paid." in LibraryUser.objects.get(pk=told).status_comment


def test_a_comment_by_itself_is_an_edit_of_the_record(change: Door) -> None:
    ann = register()
    assert change("user", ann, status_comment="Rang.") == DONE
    assert (parts(), LibraryUser.objects.get(pk=ann).status_comment) == ([], "Rang.")


def test_name_and_address_are_changed_by_their_task(change: Door) -> None:
    ann = register()
    assert change("user", ann, name="Ann Lea", email="lea@example.org", status="VERIFIED") == DONE
    assert parts() == ["ChangeContact", "VerifyUser"]


def test_an_edit_that_changes_nothing_has_an_entry(change: Door) -> None:
    assert change("book", add_book("Emma"), title="Emma") == DONE
    assert parts() == []


def test_no_other_adapter_edits_a_record() -> None:
    """Shell, queue, pages and URLs go by these names, and nobody can be given leave for it."""
    assert operation_named("EditRecord") is None
    assert "EditRecord" not in {each.name for each in all_operations()}
    assert not Permission.objects.filter(codename="edit_record").exists()


# REST alone


def test_a_version_changes_with_the_dates_of_a_loan(api: APIClient) -> None:
    book_id = lend()
    before = api.get(f"/api/book/{book_id}")["ETag"]
    assert api.get(f"/api/book/{book_id}")["ETag"] == before

    dispatch(RenewLoan(book_id=book_id), context())

    assert api.get(f"/api/book/{book_id}")["ETag"] != before


RECORDS: dict[str, tuple[Callable[[], Any], dict[str, str]]] = {
    "author": (lambda: Author.objects.create(name="Jane Austen").pk, {"name": "J. Austen"}),
    "book": (add_book, {"title": "Emma"}),
    "user": (register, {"name": "Ann Lea"}),
}
"""Of each table, a record that may be deleted, and a change of it."""


@pytest.mark.parametrize("table", RECORDS)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_if_match_is_honoured(api: APIClient, table: str, method: str) -> None:
    add, change = RECORDS[table]
    for if_match, status in [
        *(('"*"', 412), ("W/{}", 412), ("", 412)),
        *(("{}", 200), ("*", 200), ('"junk", {}', 200)),
    ]:
        with a_library_of_its_own():
            read = api.get(f"/api/{table}/{add()}")
            headers = {"If-Match": if_match.format(read["ETag"])}

            response = getattr(api, method)(f"/api/{table}/{read.json()['id']}", read.json() | change, headers=headers)

            assert response.status_code == (204 if method == "delete" and status == 200 else status), if_match
            assert ("ETag" in response) == (status == 200 and method != "delete"), if_match


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", RECORDS)
def test_a_version_is_looked_at_when_the_locks_are_held(api: APIClient, table: str) -> None:
    add, change = RECORDS[table]
    model: Any = {"author": Author, "book": Book, "user": LibraryUser}[table]
    path = f"/api/{table}/{(pk := add())}"
    etag, holds, release = api.get(path)["ETag"], Event(), Event()

    def hold_and_change() -> None:
        with transaction.atomic():
            row = model.objects.select_for_update().get(pk=pk)
            holds.set()
            release.wait(10)
            field = next(iter(change))
            setattr(row, field, "Somebody else's")
            row.save(update_fields=[field])
        connection.close()

    holder = Thread(target=hold_and_change)
    holder.start()
    holds.wait(10)
    Timer(0.5, release.set).start()

    assert api.patch(path, change, headers={"If-Match": etag}).status_code == 412
    holder.join()


@pytest.mark.parametrize("table", RECORDS)
@pytest.mark.parametrize(("method", "permission"), [("post", "add"), ("put", "change"), ("delete", "delete")])
def test_each_method_takes_the_tables_own_permission(table: str, method: str, permission: str) -> None:
    add, _ = RECORDS[table]
    user, model = User.objects.create_user("trainee"), "libraryuser" if table == "user" else table
    author = str(Author.objects.create(name="Mary Shelley").pk)
    body = {"name": "Ann", "email": "a@example.org", "title": "Emma", "author": author}
    path = f"/api/{table}" if method == "post" else f"/api/{table}/{add()}"

    def status_with(*codenames: str) -> int:
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        api = APIClient()
        api.force_authenticate(User.objects.get(pk=user.pk))
        return int(getattr(api, method)(path, body).status_code)

    tasks = ("add_new_book", "register_user", "correct_book", "change_contact")
    others = {"add", "change", "delete", "view"} - {permission}
    assert status_with(*tasks, *(f"{each}_{model}" for each in others)) == 403
    assert outcome() == refused("permission_denied")
    assert status_with(*tasks, f"{permission}_{model}") < 300


def test_who_has_lost_a_permission_is_told_nothing_again(librarian: User) -> None:
    ann, key = register(), {"Idempotency-Key": "key"}
    for status in (200, 403):
        api = APIClient()
        api.force_authenticate(User.objects.get(pk=librarian.pk))
        assert api.patch(f"/api/user/{ann}", {"name": "Ann Lea"}, headers=key).status_code == status
        librarian.groups.clear()


def test_a_stale_copy_changes_no_status_of_a_person(api: APIClient) -> None:
    ann = register()
    body = api.get(f"/api/user/{ann}").json() | {"status": "VERIFIED"}

    assert_problem(api.put(f"/api/user/{ann}", body), 428, "precondition_required")


@pytest.mark.parametrize(
    ("first", "other"),
    [("post", {"name": "Emily Brontë"}), ("patch", {"name": "J. Austen"}), ("put", {"name": "J. Austen"})],
)
def test_a_key_is_one_edit(api: APIClient, first: str, other: dict[str, str]) -> None:
    author = Author.objects.create(name="Jane Austin")
    path = "/api/author" if first == "post" else f"/api/author/{author.pk}"
    key = {"Idempotency-Key": "key"}
    send = getattr(api, first)
    answer = send(path, {"name": "Jane Austen"}, headers=key)
    Author.objects.filter(name="Jane Austen").update(name="J. A.")

    again = send(path, {"name": "Jane Austen"}, headers=key | {"If-Match": '"stale"'})

    assert (again.status_code, again["Idempotency-Replayed"]) == (answer.status_code, "true")
    assert again.json() == answer.json() | {"name": "J. A."}, "as it is now"
    assert_problem(send(path, other, headers=key), 422, "idempotency_key_reused")
    assert JournalEntry.objects.filter(operation="EditRecord", outcome="CARRIED_OUT").count() == 1


def test_a_deletion_can_be_repeated_with_its_key(api: APIClient) -> None:
    path, key = f"/api/author/{Author.objects.create(name='Nobody').pk}", {"Idempotency-Key": "key"}

    assert [api.delete(path, headers=key).status_code for _ in range(2)] == [204, 204]
    assert_problem(api.delete(path), 404, "not_found")


def test_fields_that_a_put_does_not_send_stay(api: APIClient) -> None:
    book_id, ann = add_book(), register()
    borrow(book_id, ann)
    body = api.get(f"/api/book/{book_id}").json()

    assert api.put(f"/api/book/{book_id}", {"title": "Emma", "author": body["author"]}).status_code == 200

    assert api.get(f"/api/book/{book_id}").json() == body | {"title": "Emma"}


def test_what_does_not_fit_is_bad_input(api: APIClient) -> None:
    on_shelf, on_loan = add_book(), lend()
    for book_id, body in (
        (on_loan, {"status": "AVAILABLE"}),
        (on_loan, {"borrower": None}),
        (on_shelf, {"status": "BORROWED"}),
        (on_shelf, {"borrower": str(register())}),
        (on_shelf, {"status": "BORROWED", "borrower": str(UUID(int=1))}),
    ):
        problem = assert_problem(api.patch(f"/api/book/{book_id}", body), 400, "invalid")
        assert {field for field, _ in fields_of(problem)} == {"borrower"}
    to_another = api.patch(f"/api/book/{on_loan}", {"borrower": str(register())})
    assert "Return book" in assert_problem(to_another, 409, "no_such_task")["detail"]


@pytest.mark.usefixtures("supervisor")
def test_whoever_has_worked_by_crud_alone_goes_on(api: APIClient) -> None:
    """A day of a client of the old kind: by PATCH, and by PUT with the version that it has read."""

    def put(path: str, **change: Any) -> dict[str, Any]:
        read = api.get(path)
        response = api.put(path, read.json() | change, headers={"If-Match": read["ETag"]})
        assert response.status_code == 200, response.content
        body: dict[str, Any] = response.json()
        return body

    author = api.post("/api/author", {"name": "Jane Austin"}).json()
    put(f"/api/author/{author['id']}", name="Jane Austen")
    ann = api.post("/api/user", {"name": "Ann Lee", "email": "ann@example.org"}).json()
    bob = api.post("/api/user", {"name": "Bob", "email": "bob@example.org", "status": "VERIFIED"}).json()
    assert bob["status"] == "VERIFIED"
    person, other = f"/api/user/{ann['id']}", f"/api/user/{bob['id']}"
    first = api.post("/api/book", {"title": "Ema", "author": author["id"]}).json()
    lent = {"status": "BORROWED", "borrower": bob["id"]}
    second = api.post("/api/book", {"title": "Persuasion", "author": author["id"]} | lent).json()
    book, another = f"/api/book/{first['id']}", f"/api/book/{second['id']}"
    assert put(person, status="VERIFIED")["status"] == "VERIFIED"
    assert put(book, title="Emma", status="BORROWED", borrower=ann["id"])["borrower"] == ann["id"]
    assert put(book, status="AVAILABLE", borrower=None)["status"] == "AVAILABLE"
    assert api.patch(another, {"status": "MISSING", "borrower": None}).json()["status"] == "MISSING"
    assert api.get(other).json()["status"] == "SUSPENDED"
    assert put(another, status="AVAILABLE")["status"] == "AVAILABLE"
    assert api.get(other).json()["status"] == "VERIFIED"
    assert api.patch(person, {"status": "SUSPENDED", "status_comment": "Noise."}).json()["status"] == "SUSPENDED"
    assert put(person, status="VERIFIED")["status"] == "VERIFIED"
    assert put(another, status="WITHDRAWN")["status"] == "WITHDRAWN"
    fresh = api.post("/api/book", {"title": "Sanditon", "author": author["id"]}).json()
    assert api.delete(f"/api/book/{fresh['id']}").status_code == 204

    entries = JournalEntry.objects.all()
    assert not entries.exclude(outcome="CARRIED_OUT").exists()
    assert not entries.filter(whole=None).exclude(operation="EditRecord").exists()


@pytest.mark.django_db(transaction=True)
def test_a_title_is_patched_in_a_few_statements_more_than_its_task(api: APIClient) -> None:
    book_id = add_book("Ema")
    declared = declaration_of(operation_of(CorrectBook))
    assert declared
    assert declared.statements

    with CaptureQueriesContext(connection) as captured:
        assert api.patch(f"/api/book/{book_id}", {"title": "Emma"}).status_code == 200

    assert len(captured) <= declared.statements + 8, [each["sql"] for each in captured]


@pytest.mark.parametrize(
    ("resource", "body", "fields"),
    [
        ("author", {"name": "JANE  austen"}, {("name", "unique")}),
        ("author", {"name": " "}, {("name", "blank")}),
        ("author", {"name": "\ufdfa" * 255}, {("name", "invalid")}),
        ("author", {"name": "\u0958" * 60 + "ｶﾞ" * 97}, {("name", "max_length")}),
        ("author", {"name": "a\x07"}, {("name", "invalid")}),
        ("user", {"name": "\u0958" * 200, "email": "a@example.org"}, {("name", "max_length")}),
        ("user", {"name": "A", "email": f"a@{'.'.join(['㎢' * 20] * 11)}.org"}, {("email", "max_length")}),
        ("user", {"name": None, "email": 5}, {("name", "null"), ("email", "invalid")}),
        ("user", {"name": "A", "card": "x", "language": "x"}, {("language", "invalid_choice")}),
        ("user", {"name": "A", "card": "x"}, {("card", "misread")}),
        ("book", {"title": "\u0958" * 300, "author": "author"}, {("title", "max_length")}),
        ("book", {"title": "E", "author": "author", "isbn": "1"}, {("isbn", "invalid_isbn")}),
        ("book", {"title": "E", "author": "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"}, {("author", "does_not_exist")}),
        ("book", {"title": "E", "author": "junk"}, {("author", "incorrect_type")}),
        ("book", {"title": "E", "author": {"id": 1}}, {("author", "incorrect_type")}),
        (
            "book",
            {"title": "E", "author": True, "borrower": 5},
            {(each, "incorrect_type") for each in ("author", "borrower")},
        ),
    ],
)
def test_what_the_models_refuse_is_said_of_the_field(
    api: APIClient, resource: str, body: dict[str, Any], fields: set[tuple[str, str]]
) -> None:
    author_id = Book.objects.get(pk=add_book()).author_id
    body = {name: str(author_id) if value == "author" else value for name, value in body.items()}

    problem = assert_problem(api.post(f"/api/{resource}", body), 400, "invalid")

    assert fields_of(problem) == fields


@pytest.mark.django_db(transaction=True)
def test_what_another_request_took_meanwhile_is_a_conflict(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check before the write cannot see what is not yet committed, nor can it when it begins anew."""
    add_book(author="Jane Austen")
    monkeypatch.setattr(Author, "clean", lambda self: None)

    assert_problem(api.post("/api/author", {"name": "JANE AUSTEN"}), 409, "conflict")

    assert outcome() == refused("conflict")


def test_lists_are_read_in_two_queries_however_long(api: APIClient) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert api.get("/api/book").status_code == 200
        return len([each for each in captured if "catalog_book" in each["sql"]])

    add_book()
    few = queries()
    for _ in range(20):
        add_book(author="Somebody Else")

    assert queries() == few == 1


def test_filters_find_authors_and_users_whatever_the_case(api: APIClient) -> None:
    add_book(author="Jane Austen")
    register("Ann", "ann@example.org")

    assert [row["name"] for row in api.get("/api/author?name=JANE%20%20AUSTEN").json()["results"]] == ["Jane Austen"]
    assert [row["name"] for row in api.get("/api/user?email=ANN@EXAMPLE.ORG").json()["results"]] == ["Ann"]
    assert api.get("/api/user?status=SUSPENDED").json()["results"] == []


def test_a_rename_of_an_author_touches_nothing_of_the_books_but_their_search_key(api: APIClient) -> None:
    book_id = add_book("Emma", author="Jane Austin")
    add_book("Persuasion", author="Jane Austin")
    with CaptureQueriesContext(connection) as captured:
        api.patch(f"/api/author/{Author.objects.get().pk}", {"name": "Jane Austen"})

    (update,) = [each["sql"] for each in captured if each["sql"].startswith('UPDATE "catalog_book"')]
    assert re.findall(r'"(\w+)" = \(?CASE', update) == re.findall(r'SET "(\w+)"', update) == ["search_key"]
    assert Book.objects.get(search_key__has_words="emma austen").pk == book_id
