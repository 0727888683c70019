from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.models import LibraryUser
from circulation.reading.annotations import actor_name
from circulation.reading.journal_words import argument, column_of, details, id_named, in_words
from circulation.reading.spans import Span
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of, read_database
from library_site.cqrs.journal import about
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import journalled


class JournalRow(Data):
    """What was done or refused (`code` says why), when, by whom and through which door.

    The book and the person that its answer names, or what was asked, as far as the library still has them; and for
    whom a copy waits since. The reason that was given (that of a suspension or of its end stands in the person's
    comment only); which refusals were to be overridden (a JSON list of codes, or empty), and why. `details` are those
    of an exception to the calendar (the day, and whether it is open) or of an edit of a record (what, and how).
    `left_out` is how many refusals before it have no entry, as there were too many.
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
    reserved_for_user_id: UUID | None
    reserved_for_name: str | None
    reason: str
    details: str
    overrode: str
    override_reason: str
    left_out: int


class GetJournal(Query[Page[JournalRow]]):
    """Each field that is given narrows the list. `day` is in local time.

    `actor` is `user:<id>`, `system:<name>` or `anonymous`.
    """

    user_id: UUID | None = None
    book_id: UUID | None = None
    actor: str | None = None
    operation: str | None = None
    outcome: str | None = None
    day: date | None = None


@handles(GetJournal, title=gettext_lazy("Journal"), refuses=(InvalidInput,))
def get_journal(query: GetJournal, context: Context) -> Page[JournalRow]:
    """Who did what: by person, book, member of staff, operation, outcome, or day; the newest at the top."""
    entries = JournalEntry.objects.using(read_database()).filter(_conditions(query))
    entries = entries.alias(
        book=id_named("book_id", "catalog.book"),
        user=id_named("user_id", "circulation.libraryuser"),
        reserved_for=id_named("reserved_for_user_id"),
    )
    entries = entries.annotate(
        actor_name=actor_name("actor"),
        book_id=column_of(Book, "book", "pk"),
        book_title=column_of(Book, "book", "title"),
        user_id=column_of(LibraryUser, "user", "pk"),
        user_name=column_of(LibraryUser, "user", "name"),
        reserved_for_user_id=column_of(LibraryUser, "reserved_for", "pk"),
        reserved_for_name=column_of(LibraryUser, "reserved_for", "name"),
        reason=argument("reason", "note"),
        details=details(),
        overrode=argument("override"),
        override_reason=argument("override_reason"),
    )
    return in_words(page_of(JournalRow, entries, query, order_by=("-id",)))


def _conditions(query: GetJournal) -> Q:
    asked = Q()
    for subject in (query.user_id, query.book_id):
        asked &= Q(pk__in=about(subject)) if subject else Q()
    asked &= Q(actor=query.actor) if query.actor else Q()
    if query.operation:
        asked &= Q(operation=_known(query.operation))
    if query.outcome:
        if query.outcome not in JournalEntry.Outcome:
            message = _("The outcome is one of {outcomes}.").format(outcomes=", ".join(JournalEntry.Outcome))
            raise InvalidInput.of("outcome", message)
        asked &= Q(outcome=query.outcome)
    return asked & (Span(query.day, query.day).of("at") if query.day else Q())


def _known(name: str) -> str:
    if name not in journalled():
        raise InvalidInput.of("operation", _("There is no command “{name}”.").format(name=name), "invalid_choice")
    return name
