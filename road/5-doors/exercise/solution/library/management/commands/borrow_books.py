import csv
from pathlib import Path

from django.core.management.base import BaseCommand

from library.commands.borrow_book import BorrowBook
from library.cqrs import Actor, Context, DomainError, dispatch


class Command(BaseCommand):
    help = "Lend what a CSV file says: book_id,user_id."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        with file.open(newline="") as lines:
            for row in csv.DictReader(lines):
                self.stdout.write(lent(BorrowBook(book_id=int(row["book_id"]), user_id=int(row["user_id"]))))


def lent(command):
    """What to print of a line: until when, or why not."""
    try:
        result = dispatch(command, Context(actor=Actor("system:cli"), source="cli"))
    except DomainError as refusal:
        return f"Book {command.book_id}: {refusal}"
    return f"Book {command.book_id}: lent, until {result.due_on}."
