from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Book
from circulation.models import LibraryUser
from circulation.standing import actor_name
from library_site.cqrs import Context, InvalidInput, Page, Query, handles, page_of, read_database
from library_site.cqrs.journal import about
from library_site.cqrs.models import JournalEntry, JournalSubject
from library_site.cqrs.operations import operation_named


@dataclass(frozen=True, kw_only=True)
class JournalRow:
    """What was done or refused (`code` says why), when, by whom and through which door.

    The book and the person that it is about, if it is; the reason that was given, and which refusals it overrode
    (a JSON list of codes, or empty).
    """

    id: UUID
    at: datetime
    operation: str
    actor: str
    actor_name: str
    source: str
    outcome: str
    code: str
    book_id: UUID | None
    book_title: str | None
    user_id: UUID | None
    user_name: str | None
    reason: str
    overrode: str


@dataclass(frozen=True, kw_only=True)
class GetJournal(Query[Page[JournalRow]]):
    """Each field that is given narrows the list. `actor` is user:<id> or system:<name>; `day` is in local time."""

    user_id: UUID | None = None
    book_id: UUID | None = None
    actor: str | None = None
    operation: str | None = None
    outcome: str | None = None
    day: date | None = None


@handles(GetJournal, refuses=(InvalidInput,))
def get_journal(query: GetJournal, context: Context) -> Page[JournalRow]:
    """Who did what: by person, book, member of staff, operation, outcome, or day; the newest at the top."""
    entries = JournalEntry.objects.using(read_database()).filter(_asked(query))
    book, user = _subject(Book.objects.all()), _subject(LibraryUser.objects.all())
    entries = entries.annotate(
        actor_name=actor_name("actor"),
        book_id=Subquery(book.values("pk")[:1]),
        book_title=Subquery(book.values("title")[:1]),
        user_id=Subquery(user.values("pk")[:1]),
        user_name=Subquery(user.values("name")[:1]),
        reason=Coalesce(KT("arguments__reason"), KT("arguments__override_reason"), Value(""), output_field=CharField()),
        overrode=Coalesce(KT("arguments__override"), Value(""), output_field=CharField()),
    )
    return page_of(JournalRow, entries, query, order_by=("-id",))


def _subject(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Those of the rows that the entry is about."""
    return rows.filter(pk__in=JournalSubject.objects.filter(entry=OuterRef(OuterRef("pk"))).values("subject")).order_by(
        "pk"
    )


def _asked(query: GetJournal) -> Q:
    asked = Q()
    for subject in (query.user_id, query.book_id):
        asked &= Q(pk__in=about(subject)) if subject else Q()
    asked &= Q(actor=query.actor) if query.actor else Q()
    if query.operation:
        asked &= Q(operation=_known(query.operation))
    if query.outcome:
        if query.outcome not in JournalEntry.Outcome:
            raise InvalidInput.of("outcome", f"The outcome is one of {', '.join(JournalEntry.Outcome)}.")
        asked &= Q(outcome=query.outcome)
    return asked & (_on(query.day) if query.day else Q())


def _on(day: date) -> Q:
    """What was done on a day in local time. (A time zone may have no first and no last day of the calendar.)"""
    day = min(max(day, date.min + timedelta(days=1)), date.max - timedelta(days=2))
    start, end = (datetime.combine(each, time.min) for each in (day, day + timedelta(days=1)))
    return Q(at__gte=timezone.make_aware(start), at__lt=timezone.make_aware(end))


def _known(name: str) -> str:
    operation = operation_named(name)
    if operation is None or operation.is_query:
        raise InvalidInput.of("operation", f"There is no command “{name}”.", "invalid_choice")
    return name
