"""What an edit of a book's row means: the task that is read from the row before, and the values that were sent."""

from .commands.borrow_book import BorrowBook
from .commands.correct_book import CorrectBook
from .cqrs import Conflict


class NoSuchTask(Conflict):
    code = "no_such_task"


def lending(book, sent):
    if not sent.get("borrower"):
        raise NoSuchTask("A book is lent to somebody: say to whom.")
    return BorrowBook(book_id=book.pk, user_id=sent["borrower"].pk)


MOVES = {("AVAILABLE", "BORROWED"): lending}
"""From status to status: the command that a librarian would have given."""


def task_of(book, sent):
    """The command, or None where nothing is to change. Raises NoSuchTask for what no librarian does."""
    changed = {name: value for name, value in sent.items() if value != getattr(book, name)}
    if not changed:
        return None
    if changed.keys() <= {"title", "isbn", "author"}:
        if "author" in changed:
            changed["author_id"] = changed.pop("author").pk
        return CorrectBook(book_id=book.pk, **changed)
    move = (book.status, changed.get("status"))
    if move not in MOVES or not changed.keys() <= {"status", "borrower"}:
        raise NoSuchTask("No task of a librarian changes these fields in this way. Nothing was done.")
    return MOVES[move](book, sent)
