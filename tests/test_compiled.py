"""What is compiled once says what Django would each time; and what becomes of a connection that is lost."""

from contextlib import nullcontext
from typing import Any, cast
from unittest.mock import Mock
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import NotSupportedError, OperationalError, connection, connections, transaction
from django.db.models import CharField, QuerySet, Value
from django.db.transaction import TransactionManagementError

from catalog.models import Book
from circulation.domain.people import find_and_lock_user
from library_site.cqrs.journal import record
from library_site.cqrs.models import JournalSubject
from library_site.statements import AT_ONCE, Given, compiled, updated
from tests.library import add_book, context, register

pytestmark = pytest.mark.django_db(transaction=True)

ODD = "100% of %s, %% 'quoted' \"so\" \\ $1 %(name)s {} é"


def by_id() -> "QuerySet[Any]":
    return Book.objects.filter(pk=Given("id", Book._meta.pk)).values_list("title")


def title_of(book_id: Any) -> Any:
    return compiled(by_id).rows({"id": book_id})[0][0]


def titled(title: str) -> "QuerySet[Any]":
    return Book.objects.filter(title=title).values_list("title", Value(title, CharField()))


def retitled() -> Any:
    return updated(Book.objects.filter(pk=Given("id", Book._meta.pk)), "title")


def test_nothing_equals_none_so_that_it_is_refused() -> None:
    with pytest.raises(TypeError, match="id is None"):
        title_of(None)


def test_constants_are_what_they_are_however_often_they_are_said() -> None:
    add_book(ODD)
    add_book(ODD.replace("%%", "%"))

    assert [compiled(titled, ODD).rows({}) for _ in range(4)] == [[(ODD, ODD)]] * 4


def test_rows_are_locked_for_a_transaction_or_not_at_all() -> None:
    user_id, locks = register(), connection.features.has_select_for_update

    with transaction.atomic():
        assert find_and_lock_user(user_id)
    with pytest.raises(TransactionManagementError) if locks else nullcontext():
        find_and_lock_user(user_id)


def test_an_entry_is_about_more_than_goes_into_one_statement() -> None:
    record("OpeningBalance", {}, context(), about=[uuid4() for _ in range(16 * AT_ONCE + 1)])

    assert JournalSubject.objects.count() == 16 * AT_ONCE + 1


def test_a_database_that_is_down_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    statement = compiled(by_id)
    connection.close()
    monkeypatch.setattr(connection, "get_new_connection", connect := Mock(side_effect=OperationalError))

    with pytest.raises(OperationalError):
        statement.rows({"id": uuid4()})

    connect.assert_called_once()


if connection.vendor == "postgresql":

    def elsewhere(statement: str, *values: Any) -> None:
        with psycopg.connect(connection.connection.info.dsn, autocommit=True) as another:
            another.execute(statement, values)

    def cut() -> None:
        elsewhere("SELECT pg_terminate_backend(%s, 5000)", connection.connection.info.backend_pid)

    def test_where_the_connection_was_cut_only_what_reads_is_said_again() -> None:
        book_id = add_book("Emma")
        cut()
        assert title_of(book_id) == "Emma"
        cut()
        with pytest.raises(OperationalError):
            compiled(retitled).change({"id": book_id, "title": "Sanditon"})
        connection.close()
        with pytest.raises(OperationalError):
            read_and_read_again(book_id)

    @transaction.atomic
    def read_and_read_again(book_id: UUID) -> None:
        title_of(book_id)
        cut()
        title_of(book_id)

    def test_a_plan_of_before_a_migration_is_made_anew_at_once_or_for_the_next_request() -> None:
        book_id = add_book("Emma")
        for kind in ("text", "varchar(500)"):
            assert {title_of(book_id) for _ in range(4)} == {"Emma"}
            elsewhere(f"ALTER TABLE catalog_book ALTER COLUMN title TYPE {kind}")
            if kind == "text":
                with pytest.raises(NotSupportedError), transaction.atomic():
                    title_of(book_id)
                connection.close_if_unusable_or_obsolete()  # as when a request ends
                assert connection.connection is None
                connection.connect()
            assert title_of(book_id) == "Emma"

    @pytest.mark.parametrize(("first", "asked"), [(nullcontext, 0), (transaction.atomic, 1)], ids=["a read", "BEGIN"])
    def test_a_connection_is_asked_how_it_is_unless_a_read_finds_out(
        monkeypatch: pytest.MonkeyPatch, first: Any, asked: int
    ) -> None:
        book_id, wrapper = add_book("Emma"), cast(Any, connections["default"])
        monkeypatch.setattr(wrapper, "is_usable", is_usable := Mock(return_value=True))
        wrapper.health_check_enabled, wrapper.health_check_done = True, False  # as when a request begins

        with first():
            title_of(book_id)

        assert is_usable.call_count == asked
