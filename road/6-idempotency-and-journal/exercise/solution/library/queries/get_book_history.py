from dataclasses import dataclass
from datetime import datetime

from library.cqrs import Context, Query, handles
from library.models import JournalEntry


@dataclass(frozen=True, kw_only=True)
class BookEvent:
    at: datetime
    actor: str
    operation: str
    outcome: str
    code: str


@dataclass(frozen=True, kw_only=True)
class GetBookHistory(Query):
    book_id: int


@handles(GetBookHistory, title="History of a book")
def get_book_history(query: GetBookHistory, context: Context) -> list[BookEvent]:
    """What the journal says of a book, the last thing first."""
    entries = JournalEntry.objects.filter(arguments__book_id=query.book_id).order_by("-id")
    return [BookEvent(**row) for row in entries.values("at", "actor", "operation", "outcome", "code")]
