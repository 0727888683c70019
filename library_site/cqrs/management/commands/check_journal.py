"""Whether the library is what its journal adds up to."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from operator import itemgetter
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Model
from django.utils.text import capfirst

from library_site.cqrs.context import Actor, Context
from library_site.cqrs.journal import record, state_of
from library_site.cqrs.management.append_only import is_guarded
from library_site.cqrs.models import JournalEntry

ROWS, ENTRIES = 2000, 50
"""That are read at a time: an entry of an opening balance is of a thousand rows."""
ROWS_OF_AN_ENTRY = 1000
"""That are accepted: however many there are, whoever reads the journal has few of them in memory."""
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
        self.store.execute("CREATE TABLE wrong (table_ TEXT, id TEXT)")
        self.store.execute("BEGIN")
        self.blanks: Counter[str] = Counter()
        self.wrong = 0

    def enter(self, entry: str, changes: list[dict[str, Any]]) -> None:
        """Take in what an entry says. What is said of a row whose id was blanked may be said of any."""
        for change in changes:
            table, pk, state = change.pop("table"), change.pop("id"), change
            if None in (pk, table) or state.get("gone", "") is None:
                self.blanks[table or ""] += 1
            elif "gone" in state:
                self.store.execute("DELETE FROM row WHERE table_ = ? AND id = ?", (table, pk))
            else:
                self.store.execute("REPLACE INTO row VALUES (?, ?, ?, ?)", (table, pk, json.dumps(state), entry))

    def explains(self, table: str) -> bool:
        """Whether a blank may have said what is not known of a row; it says that of no other, then."""
        blank = next((each for each in (table, "") if self.blanks[each]), None)
        if blank is not None:
            self.blanks[blank] -= 1
        return blank is not None

    def rows(self, table: str) -> Iterator[tuple[str, Known]]:
        """In the order of their ids."""
        found = self.store.execute("SELECT id, state, entry FROM row WHERE table_ = ? ORDER BY id", (table,))
        return ((pk, Known(json.loads(state), entry)) for pk, state, entry in found)

    def note(self, wrong: "Wrong") -> None:
        """Keep that a row is not what the entries say."""
        self.wrong += 1
        self.store.execute("INSERT INTO wrong VALUES (?, ?)", (wrong.model._meta.label_lower, wrong.pk))

    def noted(self) -> Iterator[tuple[str, str]]:
        """Table and id of the rows that are wrong, in the order in which they were found."""
        yield from self.store.execute("SELECT table_, id FROM wrong ORDER BY rowid")


class Wrong(NamedTuple):
    """A row that is not what the journal says, and that in words."""

    model: type[Model]
    pk: str
    words: str


class Command(BaseCommand):
    help = (
        "Adds up what the journal says of books, loans, reservations, losses and suspensions, from the opening balance "
        "on, and names each row of the database that is not so. The library may be at work. It fails if there is such "
        "a row, or if nothing guards the journal."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--accept",
            action="store_true",
            help="Take the rows that it names to be right as they are: an entry says so, and the journal counts on.",
        )

    def handle(self, *args: Any, accept: bool, **options: Any) -> None:
        self.began = self.reported = monotonic()
        with snapshot():
            ledger = self._added_up()
            for wrong in self._wrong(ledger):
                self.stdout.write(f"{capfirst(wrong.model._meta.verbose_name)} {wrong.pk}{wrong.words}")
                ledger.note(wrong)
        number = ledger.wrong
        if accept and number:
            count_on_from(ledger.noted())
            self.stdout.write(f"{number} rows accepted as they are.")
        elif number:
            raise CommandError(f"{number} rows are not what the journal says. docs/correctness.md says what to do.")
        if not is_guarded(connection):
            raise CommandError("Nothing keeps the journal from being changed: run `manage.py migrate`.")

    def _added_up(self) -> Ledger:
        ledger, entries = Ledger(), JournalEntry.objects.filter(number__isnull=False)
        number, total = 0, entries.count()
        said = entries.order_by("number").values_list("id", "changes").iterator(ENTRIES)
        for number, (entry, changes) in enumerate(said, 1):
            ledger.enter(str(entry), changes or [])
            self._report(f"{number} of {total} entries")
        self.stdout.write(f"{number} entries in {monotonic() - self.began:.0f} s.")
        return ledger

    def _wrong(self, ledger: Ledger) -> Iterator[Wrong]:
        for model in apps.get_models():
            if hasattr(model, "accounted"):
                found = self._wrong_rows(model, ledger)
                yield from (each for each in found if not ledger.explains(model._meta.label_lower))

    def _wrong_rows(self, model: type[Model], ledger: Ledger) -> Iterator[Wrong]:
        table = model._meta.label_lower
        said, number = ledger.rows(table), 0
        known = next(said, None)
        for number, row in enumerate(model._default_manager.order_by("pk").iterator(ROWS), 1):
            pk = str(row.pk)
            while known and known[0] < pk:
                yield gone(model, *known)
                known = next(said, None)
            if known and known[0] == pk:
                if different := list(differences(state_of(row), known[1].state)):
                    yield Wrong(model, pk, f": {', '.join(different)} (entry {known[1].entry}).")
                known = next(said, None)
            else:
                yield Wrong(model, pk, f" is in no entry; it is {state_of(row)}.")
            self._report(f"{table}: {number} rows")
        yield from (gone(model, *each) for each in [known, *said] if each)
        self.stdout.write(f"{number} {model._meta.verbose_name_plural} in {monotonic() - self.began:.0f} s.")

    def _report(self, progress: str) -> None:
        if monotonic() - self.reported > SECONDS_BETWEEN_REPORTS:
            self.reported = monotonic()
            self.stderr.write(f"{progress}, {self.reported - self.began:.0f} s")


def gone(model: type[Model], pk: str, known: Known) -> Wrong:
    return Wrong(model, pk, f" is gone, and no entry says so (entry {known.entry}).")


def count_on_from(rows: Iterator[tuple[str, str]]) -> None:
    """Write what these rows are now, some of them an entry; they are given table by table."""
    context = Context(actor=Actor.system("cli"), source="cli")
    with transaction.atomic():
        for table, of_it in groupby(rows, key=itemgetter(0)):
            while pks := [pk for _, pk in islice(of_it, ROWS_OF_AN_ENTRY)]:
                rows_of_it = apps.get_model(table)._default_manager.select_for_update().filter(pk__in=pks)
                found = {str(row.pk): state_of(row) for row in rows_of_it.order_by("pk")}
                changes = [{"table": table, "id": pk} | found.get(pk, {"gone": True}) for pk in pks]
                record("OpeningBalance", {}, context, about=map(UUID, pks), changes=changes)


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
