"""A library of any number of books, put into the tables as the application would have written them.

A tenth as many people and authors; 5 % on loan, five each; as many past loans as books; of each loan what the journal
says. `manage.py check_journal` agrees with it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.speed import loans, rows
from bench.speed.rows import Size
from catalog.models import Author, BarcodeSeries, Book, Code
from catalog.models.codes import codes_of
from catalog.policies import BarcodeKind
from circulation.models import LibraryUser, Reservation
from library_site.cqrs.journal import state_of
from library_site.cqrs.models import JournalEntry

YEARS = timedelta(days=730)
"""The library is so old."""


def load(size: Size) -> None:
    """Fill the tables of a new database."""
    random = Random(1)  # noqa: S311 - the same library every time
    opened = timezone.now().replace(microsecond=0) - YEARS
    new_id = partial(rows.id_at, opened, random)
    with transaction.atomic():
        authors, people = [*rows.authors(size, new_id)], [*rows.people(size, new_id)]
        books = [*rows.books(size, authors, people, new_id, random)]
        reservations = [*rows.reservations(books, people, timezone.now())]
        for model, made in ((Author, authors), (LibraryUser, people), (Book, books), (Reservation, reservations)):
            copy(model, made)
        for kind, made in ((BarcodeKind.BOOK, books), (BarcodeKind.CARD, people)):
            BarcodeSeries.objects.update_or_create(kind=kind, defaults={"next_number": len(made) + 1})
            copy(Code, codes_of(kind, made))
        copy(JournalEntry, _opening_balance([*books, *people, *reservations], opened))
        loans.make(opened)
        with connection.cursor() as cursor:
            # Keys are checked at the end: tables that were vacuumed empty look as if any index would do, for minutes.
            cursor.execute("ANALYZE")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copy(model: type[Any], rows: Iterable[Any]) -> None:
    """Put the rows into the table: what bulk_create() does, several times as fast."""
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as table:
        for row in rows:
            table.write_row([_plain(getattr(row, field.attname)) for field in fields])


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _opening_balance(whole: Sequence[Any], opened: datetime) -> Iterator[JournalEntry]:
    """What the journal counts on from: a thousand rows an entry, all of them as they were before the loans."""
    for number, start in enumerate(range(0, len(whole), 1000), 1):
        changes = [
            {"table": row._meta.label_lower, "id": str(row.pk)} | _before_loans(row)
            for row in whole[start : start + 1000]
        ]
        yield JournalEntry(
            id=rows.id_of(opened, number),
            operation="OpeningBalance",
            arguments={},
            actor="system:cli",
            source="cli",
            at=opened,
            outcome="CARRIED_OUT",
            changes=changes,
            number=number,
        )


def _before_loans(row: Any) -> dict[str, Any]:
    return {"status": "AVAILABLE"} if row.status == "BORROWED" else state_of(row)
