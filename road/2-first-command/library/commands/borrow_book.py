from datetime import timedelta

from django.db import transaction

from library.cqrs import Conflict, NotFound
from library.models import Book, LibraryUser

LIMIT = 5  # books
LOAN = timedelta(days=28)


class BookNotAvailable(Conflict):
    code = "book_not_available"


class UserSuspended(Conflict):
    code = "user_suspended"


class LimitReached(Conflict):
    code = "limit_reached"


@transaction.atomic
def borrow_book(book_id, user_id, today):
    """Lend a book to a user; until when.

    The book must be available. A suspended user cannot borrow, nor one who has as many books as one may have.
    """
    book = Book.objects.select_for_update().filter(pk=book_id).first()
    user = LibraryUser.objects.select_for_update().filter(pk=user_id).first()
    if book is None or user is None:
        raise NotFound("There is no such book, or no such person.")
    if book.status != Book.Status.AVAILABLE:
        raise BookNotAvailable(f"“{book}” is {book.status.lower()}, not available.")
    if user.status == LibraryUser.Status.SUSPENDED:
        raise UserSuspended(f"{user} is suspended.")
    if user.book_set.count() >= LIMIT:
        raise LimitReached(f"{user} has {LIMIT} books already.")
    book.status, book.borrower, book.due_on = Book.Status.BORROWED, user, today + LOAN
    book.save()
    return book.due_on
