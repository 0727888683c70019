"""What is so of every table in the admin, and of every action: found from its site."""

from functools import partial

import pytest
from django.contrib import admin
from django.test import Client

from circulation.models import CalendarException, LibraryPolicy
from library_site.admin import CommandAction, ReadOnlyAdmin, tables
from library_site.cqrs.models import JournalEntry
from tests.declared import declaration_of
from tests.library import add_book, give_back, lend, register, reserve

from .admin_pages import act, messages_on, statements, url

TABLES = {
    model._meta.label_lower.replace(".", "_"): (model._default_manager, table)
    for model, table in admin.site._registry.items()
    if model._meta.app_label in {"catalog", "circulation", "cqrs"}
}
READ_ONLY = [(name, rows) for name, (rows, table) in TABLES.items() if isinstance(table, ReadOnlyAdmin)]
ACTIONS = {
    each.__name__: (name, each)
    for name, (_, table) in TABLES.items()
    for each in table.actions or ()
    if isinstance(each, CommandAction)
}


def furnish(number: int) -> None:
    """Rows of every table."""
    LibraryPolicy().save()
    for _ in range(number):
        title = f"Book {register()}"
        give_back(add_book(title, author=title))
        give_back(lend())
        reserve(lend(), register())
        CalendarException(day=f"2099-12-{CalendarException.objects.count() + 1}").save()


def test_what_only_commands_write_is_read_and_nothing_else(desk: Client, admin_client: Client) -> None:
    furnish(1)
    assert {name for name, _ in READ_ONLY} == {"circulation_pastloan", "circulation_reservation", "cqrs_journalentry"}
    for name, rows in READ_ONLY:
        row = rows.values().first()
        assert row
        for client in (desk, admin_client):
            assert client.get(page := url(name, "change", row["id"])).status_code == 200
            assert client.post(page, dict.fromkeys(row, "9")).status_code == 403
            assert client.get(url(name, "add")).status_code == 403
            assert client.post(url(name, "delete", row["id"]), {"post": "yes"}).status_code == 403
        assert rows.values().get(pk=row["id"]) == row


def test_a_list_takes_as_many_queries_for_many_rows_as_for_few_and_counts_no_whole_table(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [f"{url(name, 'changelist')}?q={q}" for q in ("", "book") for name in TABLES]

    def said() -> list[list[str]]:
        return [statements(partial(desk.get, page, follow=True)) for page in pages]

    monkeypatch.setattr(tables, "MAX_ROWS_LISTED", 5)
    furnish(2)
    said()
    few = said()
    furnish(6)

    for page, before, after in zip(pages, few, said(), strict=True):
        assert len(after) == len(before), page
        assert all("LIMIT 5" in sql for sql in after if "COUNT(" in sql), page
    assert desk.get(url("catalog_book", "changelist")).context["cl"].result_count == 5
    assert desk.get(f"{url('catalog_book', 'changelist')}?_facets=True").context["cl"].add_facets is False


def test_every_page_keeps_to_the_content_security_policy(desk: Client) -> None:
    furnish(1)
    for name, (rows, _) in TABLES.items():
        row = rows.first()
        for page in (url(name, "changelist"), url(name, "add"), row and url(name, "change", row.pk)):
            response = desk.get(page or "/admin/", follow=True)
            text = response.content.decode()
            assert "default-src 'self'" in response["Content-Security-Policy"]
            assert not [each for each in ("<style", " style=", " onclick=", "<script>") if each in text], page


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_carries_out_its_command(desk: Client, action: str) -> None:
    table, task = ACTIONS[action]
    declared = declaration_of(task.operation)
    assert declared
    arguments = declared.arguments()

    page = act(desk, table, action, [arguments[task.field]])

    (said,) = messages_on(page)
    assert said.startswith(f"{task.operation.title}, “")
    assert "”: done." in said
    entry = JournalEntry.objects.get(operation=task.operation.name, source="admin")
    assert (entry.outcome, entry.arguments[task.field]) == ("CARRIED_OUT", str(arguments[task.field]))


def test_librarians_see_every_action(desk: Client) -> None:
    assert len(ACTIONS) > 5
    for name, (table, _) in ACTIONS.items():
        assert name in dict(desk.get(url(table, "changelist")).context["action_form"].fields["action"].choices)
