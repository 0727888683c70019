"""What the pages say of where a book is to be put."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.formats import date_format

from catalog.models import Book
from circulation.queries import GetBookFile, SearchUsers
from circulation.queries.get_book_file import BookFile
from library_site.cqrs.views import TaskView


def written(day: date) -> str:
    return date_format(day, "j F Y")


class ShelvingView(TaskView):
    """A task after which somebody stands there with a book in hand."""

    def hold_shelf(self, user_id: UUID | None, until: date | None) -> list[str]:
        """For whom a book is to be put on the hold shelf, and until when; nothing, if for nobody."""
        return [_for_whom(self.name_of(user_id), until)] if user_id else []

    def hold_shelf_now(self, book_id: UUID) -> list[str]:
        """The same, of a book of which the answer to the task does not say it."""
        return [_for_whom(book.reserved_for_name, book.held_until) for book in self.file_of(book_id) if _on_hold(book)]

    def put_away(self, book_id: UUID) -> list[str]:
        """Where to put a book that is on the hold shelf, for somebody who wants it no longer."""
        return [f"{_label(book)}: {_place(book)}" for book in self.file_of(book_id)]

    def fetch(self, book_id: UUID, user_name: str) -> list[str]:
        """Which book to fetch from its shelf, and for whom."""
        return [
            f"Fetch from its shelf {_label(book)}. {_for_whom(user_name, book.held_until)}"
            for book in self.file_of(book_id)
        ]

    def file_of(self, book_id: UUID) -> list[BookFile]:
        """What is known of a book, for who may know it."""
        return self.look_up(GetBookFile(book_id=book_id))

    def name_of(self, user_id: UUID | None) -> str:
        found: list[Any] = self.look_up(SearchUsers(q=str(user_id))) if user_id else []
        return found[0].name if found else "somebody"


def _on_hold(book: BookFile) -> bool:
    return book.status == Book.Status.ON_HOLD


def _for_whom(name: str | None, until: date | None) -> str:
    return f"Hold shelf: for {name or 'somebody'}{f', until {written(until)}' if until else ''}"


def _label(book: BookFile) -> str:
    return f"“{book.title}”, {book.barcode}"


def _place(book: BookFile) -> str:
    return _for_whom(book.reserved_for_name, book.held_until) if _on_hold(book) else "back to its shelf"
