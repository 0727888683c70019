"""Circulation in the admin: users by form, past loans and reservations to read, tasks as actions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from catalog.models import Book
from circulation.admin import tables
from circulation.models import CalendarException, LibraryPolicy, LibraryUser, PastLoan
from library_site.admin import actions as shared
from library_site.admin.tests.admin_pages import act, edit, fill_in, messages_on, statements, task_links, url
from library_site.cqrs.models import JournalEntry
from tests.library import (
    add_book,
    borrow,
    cancel,
    give_back,
    lend,
    register,
    report_found,
    report_missing,
    reserve,
    suspend,
    suspend_by_loss,
    withdraw,
)

CARD = "20001000047112"


def user_url(user_id: Any) -> str:
    return url("circulation_libraryuser", "change", user_id)


def levels(response: Any) -> list[str]:
    return [message.level_tag for message in response.context["messages"]]


def staff(client: Client, *codenames: str) -> None:
    """Sign in somebody on the staff with these permissions only."""
    user = User.objects.create_user("trainee", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client.force_login(user)


def actions(client: Client, model: str) -> set[str]:
    form = client.get(url(model, "changelist")).context["action_form"]
    return {name for name, _ in form.fields["action"].choices if name} if form else set()


# Users


def test_a_user_is_added_and_edited_with_every_field(desk: Client) -> None:
    fields = {"name": "Ann Lea", "email": "ann@example.org", "status": "VERIFIED", "status_comment": "Seen."}
    edit(desk, url("circulation_libraryuser", "add"), **fields)
    user = LibraryUser.objects.get()
    assert (user.name, user.email_key) == ("Ann Lea", "ann@example.org")
    assert (user.status, user.status_comment, bool(user.barcode)) == ("VERIFIED", "Seen.", True)
    changes = {"email": "Lee@example.org", "status": "SUSPENDED", "status_comment": "Noise.", "barcode": CARD}
    edit(desk, user_url(user.id), name="Ann Lee", **changes)
    user.refresh_from_db()
    assert (user.name, user.email, user.email_key) == ("Ann Lee", "Lee@example.org", "lee@example.org")
    assert (user.status, user.status_comment, user.barcode) == ("SUSPENDED", "Seen.\nNoise.", CARD)


def test_a_remark_among_the_comments_does_not_keep_a_loss_from_being_forgiven(desk: Client) -> None:
    user_id = register()
    book_id = suspend_by_loss(user_id, "Emma")
    comment = fill_in(desk, user_url(user_id))["status_comment"]
    assert "Emma" in comment
    edit(desk, user_url(user_id), status_comment=f"Rang.\r\n{comment}\r\nRang again.")
    report_found(book_id)
    user = LibraryUser.objects.get()
    assert (user.status, user.status_comment) == ("NOT_VERIFIED", "Rang.\nRang again.")


def test_a_comment_of_many_lines_that_nobody_touched_is_no_change(desk: Client) -> None:
    user_id = register()
    suspend_by_loss(user_id, "Emma")
    LibraryUser.objects.update(status_comment="Rang.\nRang again.\n")
    page = fill_in(desk, user_url(user_id))
    written = statements(lambda: desk.post(user_url(user_id), page))
    assert not any(sql.startswith("UPDATE") and "circulation_libraryuser" in sql for sql in written)


def test_users_are_found_by_name_and_address(desk: Client) -> None:
    register("Ann Lee", "ann@example.org")
    register("Bob Roe", "bob@example.org")
    for q in ("an", "lee", "ann@example.org", "ann exam"):
        rows = desk.get(url("circulation_libraryuser", "changelist"), {"q": q}).context["cl"].result_list
        assert [user.name for user in rows] == ["Ann Lee"]


def test_a_suspension_is_shown_and_not_edited(desk: Client) -> None:
    ann = register()
    suspend(ann, "Unpaid fees.")
    shown = desk.get(user_url(ann)).content.decode()
    assert "Suspended by:" in shown
    assert "system:cli" in shown
    edit(desk, user_url(ann), suspension_reason="None.", suspended_for_loss="on")
    user = LibraryUser.objects.get()
    assert (user.suspension_reason, user.suspended_for_loss) == ("Unpaid fees.", False)


# Past loans


def past_loan(title: str, name: str) -> None:
    book_id = add_book(title, author=f"Author of {title}")
    borrow(book_id, register(name))
    give_back(book_id)


def test_past_loans_are_found_by_book_borrower_and_state(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(**query: str) -> list[str]:
        return [str(loan) for loan in desk.get(page, query).context["cl"].result_list]

    page = url("circulation_pastloan", "changelist")
    past_loan("Emma", "Ann Lee")
    past_loan("Dune", "Bob Roe")
    suspend_by_loss(register("Cara"), "Ulysses")
    assert found(q="emm") == found(q="ann lee") == found(q=str(Book.objects.get(title="Emma").id))
    assert found(q="emm") == ["Emma lent to Ann Lee"]
    assert found(ending__exact="MISSING") == ["Ulysses lent to Cara"]
    assert found(ending__exact="MISSING", resolved_at__isempty="0") == []
    assert len(found()) == 3

    past_loan("Emma", "Dan Poe")
    assert len(found(q="emm")) == 2
    monkeypatch.setattr(tables, "MOST_MATCHES", 1)
    assert len(found(q="emm")) == 1


def test_to_say_what_refers_to_a_row_takes_as_many_queries_for_much_as_for_little(desk: Client) -> None:
    ann = register("Ann Lee")
    for _ in range(2):
        suspend_by_loss(register())
    book_id = add_book("Emma")
    page = url("circulation_libraryuser", "delete", ann)

    def lend(times: int) -> None:
        for _ in range(times):
            borrow(book_id, ann)
            give_back(book_id)

    lend(2)
    desk.get(page)
    few = statements(lambda: desk.get(page))
    lend(8)
    many = statements(lambda: desk.get(page))
    assert "Past loan: Emma lent to Ann Lee" in desk.get(page).content.decode()
    assert len(many) == len(few)


# Reservations


def test_reservations_are_found_by_book_person_and_state(desk: Client) -> None:
    def found(**query: str) -> list[str]:
        return sorted(str(row) for row in desk.get(page, query).context["cl"].result_list)

    page = url("circulation_reservation", "changelist")
    reserve(lend("Emma"), register("Ann Lee", barcode=CARD))
    cancel(reserve(lend("Dune"), register("Bob Roe")))
    assert found(q="emm") == found(q="ann") == found(q=CARD) == found(status__exact="OPEN") == ["Emma for Ann Lee"]
    assert found() == ["Dune for Bob Roe", "Emma for Ann Lee"]


# Tasks as actions


def outcomes(operation: str) -> Iterable[tuple[str, str, str]]:
    """How the journal has it: source, actor's name, outcome."""
    entries = JournalEntry.objects.filter(operation=operation, source="admin").order_by("id")
    users = {f"user:{user.pk}": user.username for user in User.objects.all()}
    return [(entry.source, users[entry.actor], entry.outcome) for entry in entries]


@pytest.mark.parametrize("task", ["return_book", "report_found_book", "restore_book"])
def test_a_book_that_somebody_waits_for_says_where_it_goes(desk: Client, task: str) -> None:
    isbn = "9780441013593"
    here, lent = add_book("Dune", isbn=isbn), add_book("Dune", isbn=isbn)
    borrow(lent, register())
    {"return_book": lambda it: borrow(it, register()), "report_found_book": report_missing, "restore_book": withdraw}[
        task
    ](here)
    reserve(lent, register("Bob Roe"))
    (done,) = messages_on(act(desk, "catalog_book", task, [here]))
    assert "“Dune”: done. It waits on the hold shelf for Bob Roe, until " in done


def test_of_several_books_some_may_be_refused_and_the_others_are_done(desk: Client) -> None:
    lost, here = add_book("Lost"), add_book("<b>Here</b>")
    report_missing(lost)
    page = act(desk, "catalog_book", "report_found_book", [lost, here])
    assert dict(zip(messages_on(page), levels(page), strict=True)) == {
        "Report found book, “Lost”: done.": "success",
        "Report found book, “<b>Here</b>”: “<b>Here</b>” is not missing: it is available.": "error",
    }
    assert "<b>Here" not in page.content.decode()
    assert Book.objects.get(pk=lost).status == "AVAILABLE"
    assert sorted(outcomes("ReportFoundBook")) == [
        ("admin", "librarian", "CARRIED_OUT"),
        ("admin", "librarian", "REFUSED"),
    ]


def test_an_action_takes_no_more_rows_than_a_request_should(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MAX_ROWS_PER_ACTION", 2)
    books = [add_book() for _ in range(3)]
    for action in ("report_missing_book", "delete_selected"):
        for ids, across in ((books, "0"), (books[:1], "1")):
            page = act(desk, "catalog_book", action, ids, select_across=across, post="yes")
            assert messages_on(page) == ["Select at most 2 at a time. Nothing has been done."]
    assert Book.objects.filter(status="AVAILABLE").count() == 3
    act(desk, "catalog_book", "report_missing_book", books[:2])
    assert Book.objects.filter(status="MISSING").count() == 2


def test_only_who_may_carry_out_a_task_sees_its_action(client: Client, db: None) -> None:
    staff(client, "view_book", "view_libraryuser", "return_book")
    assert actions(client, "catalog_book") == {"return_book"}
    assert actions(client, "circulation_libraryuser") == set()
    book_id = add_book()
    borrow(book_id, register())
    assert messages_on(act(client, "catalog_book", "report_missing_book", [book_id])) == ["No action selected."]
    assert Book.objects.get().status == "BORROWED"
    act(client, "catalog_book", "return_book", [book_id])
    assert Book.objects.get().status == "AVAILABLE"


def test_who_loses_the_permission_meanwhile_is_refused(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hiding an action protects nothing: dispatch() does."""
    Permission.objects.get(codename="return_book").group_set.clear()
    monkeypatch.setattr(shared, "may", lambda *args: True)
    book_id = add_book("Emma")
    borrow(book_id, register())
    page = act(desk, "catalog_book", "return_book", [book_id])
    assert messages_on(page) == ["Return book, “Emma”: You may not do this: it takes the permission “Return book”."]
    assert Book.objects.get().status == "BORROWED"


# Where a task is better


def test_pages_lead_to_the_tasks_for_their_row_and_lists_to_the_others(desk: Client) -> None:
    book_id, ann = add_book("Emma"), register("Ann Lee")
    borrow(book_id, ann)
    give_back(book_id)
    reservation = reserve(lend("Dune"), ann)
    LibraryPolicy().save()
    CalendarException(day=date(2099, 12, 25)).save()
    loan, author = PastLoan.objects.get(), Book.objects.get(pk=book_id).author_id
    for model, row, links, of_list in (
        ("catalog_book", book_id, [f"/book?book_id={book_id}", f"/borrow-book?book_id={book_id}"], "/add-new-book"),
        ("circulation_libraryuser", ann, [f"/person?user_id={ann}", f"/suspend-user?user_id={ann}"], "/register-user"),
        ("circulation_pastloan", loan.pk, [f"/person?user_id={ann}", f"/book?book_id={book_id}"], "/overdue-loans"),
        (
            "circulation_reservation",
            reservation,
            [f"/cancel-reservation?reservation_id={reservation}%3A{ann}"],
            "/hold-shelf",
        ),
        ("circulation_librarypolicy", 1, ["/set-calendar-exception"], ""),
        ("catalog_author", author, [f"/books-by-author?author_id={author}"], "/add-new-book"),
        (
            "circulation_calendarexception",
            "2099-12-25",
            ["/set-calendar-exception?day=2099-12-25"],
            "/set-calendar-exception",
        ),
    ):
        shown = [to for _, to in task_links(desk, url(model, "change", row))]
        assert set(links) <= set(shown), model
        assert all(desk.get(to).status_code == 200 for to in shown), model
        if of_list:
            assert of_list in [to for _, to in task_links(desk, url(model, "changelist"))], model
    shown = [to for _, to in task_links(desk, "/admin/")]
    assert {"/search-users", "/search-books", "/overdue-loans", "/journal", "/tasks"} <= set(shown)
    assert all(desk.get(to).status_code == 200 for to in shown)
    assert '<a href="/">View site</a>' in desk.get("/admin/").content.decode()


def test_a_page_leads_only_to_what_one_may_do(client: Client, db: None) -> None:
    ann = register()
    staff(client, "view_libraryuser", "get_user_file")
    assert task_links(client, user_url(ann)) == [("The person’s page", f"/person?user_id={ann}")]
    assert task_links(client, "/admin/") == [("All tasks", "/tasks")]
    assert task_links(client, url("circulation_libraryuser", "changelist")) == []
