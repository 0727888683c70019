from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command, get_commands

from library.models import Book
from library.tests import LibraryTest


class BorrowBooksTest(LibraryTest):
    def borrow_books(self, *lines):
        self.assertIn("borrow_books", get_commands())
        with TemporaryDirectory() as folder:
            (file := Path(folder) / "loans.csv").write_text("\n".join(["book_id,user_id", *lines]))
            call_command("borrow_books", str(file), stdout=(printed := StringIO()))
        return printed.getvalue().splitlines()

    def test_each_line_is_a_loan(self):
        other = Book.objects.create(title="The Lathe of Heaven", isbn="9781416556961", author=self.book.author)
        self.borrow_books(f"{self.book.pk},{self.ada.pk}", f"{other.pk},{self.ada.pk}")
        self.assertEqual(self.ada.book_set.count(), 2)

    def test_a_line_that_is_refused_says_why_and_stops_no_other(self):
        printed = self.borrow_books(f"{self.book.pk},{self.ben.pk}", f"{self.book.pk},{self.ada.pk}")
        self.assertIn("Ben is suspended.", printed[0])
        self.assertEqual(self.ada.book_set.count(), 1)
