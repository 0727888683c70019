"""What the journal counts on from here, of a library that is in use: an opening balance, of some rows an entry."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
from django.db import migrations
from django.db.models import Max
from django.utils import timezone

from library_site.cqrs.ids import uuid7

ROWS_OF_AN_ENTRY = 1000

ACCOUNTED = {
    "catalog.book": (
        *("status", "borrower_id", "loan_id", "borrowed_at", "due_on", "renewals"),
        *("reservation_id", "held_until"),
    ),
    "circulation.libraryuser": (
        *("status", "status_before", "suspended_for_loss", "suspended_by_staff"),
        *("suspended_at", "suspended_by", "suspended_until"),
    ),
    "circulation.reservation": ("book_id", "user_id", "rank", "status", "placed_at", "ended_at"),
    "circulation.pastloan": (
        *("book_id", "borrower_id", "borrowed_at", "due_on", "renewals", "ended_at", "ending"),
        *("comment", "resolved_at"),
    ),
}


def write_balance(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("cqrs", "JournalEntry").objects
    number = entries.aggregate(last=Max("number"))["last"] or 0
    states = _states(apps)
    while changes := list(islice(states, ROWS_OF_AN_ENTRY)):
        number += 1
        entries.create(
            id=uuid7(),
            operation="OpeningBalance",
            arguments={},
            actor="system:cli",
            source="cli",
            at=timezone.now(),
            outcome="CARRIED_OUT",
            changes=changes,
            number=number,
        )
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SELECT setval('cqrs_journal_number', %s, false)", [number + 1])


def _states(apps: Any) -> Iterator[dict[str, Any]]:
    """As library_site.cqrs.journal says them."""
    for table, columns in ACCOUNTED.items():
        for pk, *values in apps.get_model(table).objects.values_list("pk", *columns).iterator(2000):
            state = {name: value for name, value in zip(columns, values, strict=True) if value}
            if state.pop("comment", ""):  # which is personal
                state["suspends"] = True
            yield msgspec.to_builtins({"table": table, "id": pk} | state)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_loan_id"),
        ("circulation", "0007_loans_by_end"),
        ("cqrs", "0006_append_only"),
    ]

    operations = [
        migrations.RunPython(write_balance, migrations.RunPython.noop, elidable=True),
    ]
