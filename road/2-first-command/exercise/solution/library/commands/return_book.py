from django.db import transaction

from library.cqrs import Conflict, NotFound
from library.models import Book


class BookNotOnLoan(Conflict):
    code = "book_not_on_loan"


@transaction.atomic
def return_book(book_id):
    """Take a book back, from whomever has it."""
    book = Book.objects.select_for_update().filter(pk=book_id).first()
    if book is None:
        raise NotFound("There is no such book.")
    if book.status != Book.Status.BORROWED:
        raise BookNotOnLoan(f"“{book}” is {book.status.lower()}, not on loan.")
    book.status, book.borrower, book.due_on = Book.Status.AVAILABLE, None, None
    book.save()
