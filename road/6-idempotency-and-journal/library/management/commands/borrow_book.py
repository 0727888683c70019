from django.core.management.base import BaseCommand, CommandError

from library.commands.borrow_book import BorrowBook
from library.cqrs import Actor, Context, DomainError, dispatch


class Command(BaseCommand):
    help = "Lend a book to a user."

    def add_arguments(self, parser):
        parser.add_argument("book_id", type=int)
        parser.add_argument("user_id", type=int)

    def handle(self, *, book_id, user_id, **options):
        try:
            context = Context(actor=Actor("system:cli"), source="cli")
            result = dispatch(BorrowBook(book_id=book_id, user_id=user_id), context)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Lent, until {result.due_on}.")
