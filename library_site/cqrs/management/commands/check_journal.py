"""Whether the library is what its journal adds up to."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, NamedTuple

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Model
from django.utils.text import capfirst

from library_site.cqrs.journal import state_of
from library_site.cqrs.models import JournalEntry

BATCH = 2000
SECONDS_BETWEEN_REPORTS = 5


class Known(NamedTuple):
    """What the journal says of a row: its columns, and the entry that said so."""

    state: dict[str, Any]
    entry: str


class Ledger:
    """What the entries add up to, by table and id: on disk, so that a library of any size fits into memory."""

    def __init__(self) -> None:
        self.store = sqlite3.connect("", isolation_level=None)  # a file of its own, gone with the connection
        self.store.execute("PRAGMA cache_size = -65536")
        self.store.execute(
            "CREATE TABLE row (table_ TEXT, id TEXT, state TEXT, entry TEXT, PRIMARY KEY (table_, id)) WITHOUT ROWID"
        )
        self.store.execute("BEGIN")
        self.blanked: set[str] = set()

    def enter(self, entry: str, changes: list[dict[str, Any]]) -> None:
        """Take in what an entry says. What is said of a row whose id was blanked may be said of any."""
        for change in changes:
            table, pk, state = change.pop("table"), change.pop("id"), change
            if pk is None or table is None:
                self.blanked.add(table)
            elif state.get("gone"):
                self.store.execute("DELETE FROM row WHERE table_ = ? AND id = ?", (table, pk))
            else:
                self.store.execute("REPLACE INTO row VALUES (?, ?, ?, ?)", (table, pk, json.dumps(state), entry))

    def rows(self, table: str) -> Iterator[tuple[str, Known]]:
        """In the order of their ids."""
        found = self.store.execute("SELECT id, state, entry FROM row WHERE table_ = ? ORDER BY id", (table,))
        return ((pk, Known(json.loads(state), entry)) for pk, state, entry in found)


class Command(BaseCommand):
    help = (
        "Adds up what the journal says of books, loans, reservations, losses and suspensions, from the opening balance "
        "on, and names each row of the database that is not so. It changes nothing, and the library may be at work. "
        "It fails if there is such a row."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.began = self.reported = monotonic()
        with snapshot():
            ledger = self._added_up()
            wrong = sum(map(self._say, self._wrong(ledger)))
        if wrong:
            raise CommandError(f"{wrong} rows are not what the journal says. See docs/correctness.md for what to do.")

    def _added_up(self) -> Ledger:
        ledger, entries = Ledger(), JournalEntry.objects.filter(number__isnull=False)
        number, total = 0, entries.count()
        said = entries.order_by("number").values_list("id", "changes").iterator(BATCH)
        for number, (entry, changes) in enumerate(said, 1):
            ledger.enter(str(entry), changes or [])
            self._report(f"{number} of {total} entries")
        self.stdout.write(f"{number} entries in {monotonic() - self.began:.0f} s.")
        return ledger

    def _wrong(self, ledger: Ledger) -> Iterator[str]:
        """Each row that is not what the journal says, in words."""
        for model in apps.get_models():
            if hasattr(model, "accounted"):
                yield from self._wrong_rows(model, ledger)

    def _wrong_rows(self, model: type[Model], ledger: Ledger) -> Iterator[str]:
        table = model._meta.label_lower
        said, number = ledger.rows(table), 0
        known = next(said, None)
        for number, row in enumerate(model._default_manager.order_by("pk").iterator(BATCH), 1):
            pk = str(row.pk)
            while known and known[0] < pk:
                yield self._gone(model, *known)
                known = next(said, None)
            if known and known[0] == pk:
                if different := list(differences(state_of(row), known[1].state)):
                    yield f"{self._name(model, pk)}: {', '.join(different)} (entry {known[1].entry})."
                known = next(said, None)
            elif table not in ledger.blanked:
                yield f"{self._name(model, pk)} is in no entry; it is {state_of(row)}."
            self._report(f"{table}: {number} rows")
        yield from (self._gone(model, *each) for each in [known, *said] if each)
        self.stdout.write(f"{number} {model._meta.verbose_name_plural} in {monotonic() - self.began:.0f} s.")

    def _gone(self, model: type[Model], pk: str, known: Known) -> str:
        return f"{self._name(model, pk)} is gone, and no entry says so (entry {known.entry})."

    def _name(self, model: type[Model], pk: str) -> str:
        return f"{capfirst(model._meta.verbose_name)} {pk}"

    def _say(self, line: str) -> int:
        self.stdout.write(line)
        return 1

    def _report(self, progress: str) -> None:
        if monotonic() - self.reported > SECONDS_BETWEEN_REPORTS:
            self.reported = monotonic()
            self.stderr.write(f"{progress}, {self.reported - self.began:.0f} s")


def differences(state: dict[str, Any], known: dict[str, Any]) -> Iterator[str]:
    """The columns in which a row is not what is known of it; a blank may have been anything."""
    for name in sorted(state.keys() | known.keys()):
        is_blank = name in known and known[name] is None
        if not is_blank and state.get(name) != known.get(name):
            yield f"{name} is {state.get(name, 'empty')}, by the journal {known.get(name, 'empty')}"


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read in here is of one moment, whatever desks do meanwhile, and they need not wait for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
