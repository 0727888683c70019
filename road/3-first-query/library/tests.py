from concurrent.futures import ThreadPoolExecutor
from time import sleep
from unittest.mock import patch

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone
from rest_framework.test import APITestCase

from .commands.borrow_book import LIMIT, LOAN, borrow_book
from .cqrs import DomainError
from .models import Author, Book, LibraryUser


class LibraryTest(APITestCase):
    """A clerk who is signed in, a book, Ada, who may borrow, and Ben, who is suspended."""

    def setUp(self):
        self.clerk = User.objects.create_superuser("clerk")
        self.client.force_login(self.clerk)
        author = Author.objects.create(name="Ursula K. Le Guin")
        self.book = Book.objects.create(title="The Dispossessed", isbn="9780060512750", author=author)
        self.ada = LibraryUser.objects.create(name="Ada", status="VERIFIED")
        self.ben = LibraryUser.objects.create(name="Ben", status="SUSPENDED")
        self.url = f"/api/book/{self.book.pk}"

    def lend_by_crud(self, user):
        return self.client.patch(self.url, {"status": "BORROWED", "borrower": user.pk})

    def borrow(self, user, book=None):
        return self.client.post(f"/api/book/{(book or self.book).pk}/borrow", {"user_id": user.pk})


class WorksTest(LibraryTest):
    def test_a_loan_is_a_row_that_was_saved(self):
        self.assertEqual(self.lend_by_crud(self.ada).status_code, 200)
        self.book.refresh_from_db()
        self.assertEqual((self.book.status, self.book.borrower), ("BORROWED", self.ada))

    def test_the_admin_has_a_form(self):
        self.assertContains(self.client.get(f"/admin/library/book/{self.book.pk}/change/"), "The Dispossessed")

    def test_nobody_suspended_borrows_by_rest(self):
        self.assertEqual(self.lend_by_crud(self.ben).status_code, 400)

    def test_no_book_is_borrowed_by_nobody(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            self.client.patch(self.url, {"status": "BORROWED"})


class BorrowBookTest(LibraryTest):
    def test_a_loan_has_a_due_date(self):
        self.assertEqual(self.borrow(self.ada).data, {"due_on": timezone.localdate() + LOAN})
        self.book.refresh_from_db()
        self.assertEqual((self.book.status, self.book.borrower), ("BORROWED", self.ada))

    def test_a_refusal_says_why(self):
        answer = self.borrow(self.ben)
        self.assertEqual((answer.status_code, answer.data["code"]), (409, "user_suspended"))
        self.assertEqual(answer.data["detail"], "Ben is suspended.")

    def test_a_second_clerk_is_told(self):
        self.borrow(self.ada)
        self.assertEqual(self.borrow(self.ada).data["code"], "book_not_available")

    def test_nobody_has_more_than_the_limit(self):
        books = [
            Book.objects.create(title="A copy", isbn="9780060512750", author=self.book.author) for _ in range(LIMIT)
        ]
        codes = [self.borrow(self.ada, each).data.get("code") for each in [*books, self.book]]
        self.assertEqual(codes, [None] * LIMIT + ["limit_reached"])


class GetBorrowedBooksByUserTest(LibraryTest):
    def books(self, user):
        return self.client.get(f"/api/user/{user.pk}/borrowed_books").data

    def test_a_row_is_what_the_screen_shows(self):
        due_on = self.borrow(self.ada).data["due_on"]
        row = {"id": self.book.pk, "title": "The Dispossessed", "author_name": "Ursula K. Le Guin", "due_on": due_on}
        self.assertEqual(self.books(self.ada), [row])
        self.assertEqual(self.books(self.ben), [])

    def test_many_books_are_one_statement(self):
        for _ in range(LIMIT):
            self.borrow(self.ada, Book.objects.create(title="A copy", isbn="9780060512750", author=self.book.author))
        with self.assertNumQueries(3):  # of which two are the session and its clerk
            self.assertEqual(len(self.books(self.ada)), LIMIT)

    def test_by_crud_the_screen_asks_for_every_book_and_then_for_each_author(self):
        for name in ["Butler", "Lem", "Woolf"]:
            author = Author.objects.create(name=name)
            self.borrow(self.ada, Book.objects.create(title="A copy", isbn="9780060512750", author=author))
        with self.assertNumQueries(4 * 3):  # four requests, of three statements each
            books = self.client.get("/api/book").data  # also those that are on the shelf
            found = [each for each in books if each["borrower"] == self.ada.pk]
            authors = [self.client.get(f"/api/author/{each['author']}").data["name"] for each in found]
        self.assertEqual((len(books), sorted(authors)), (4, ["Butler", "Lem", "Woolf"]))
        self.assertNotIn("due_on", found[0])


class RaceTest(TransactionTestCase):
    setUp = LibraryTest.setUp

    def test_of_four_clerks_at_once_one_lends(self):
        save = Book.save

        def save_late(book):
            sleep(0.5)  # meanwhile the others read, if nothing makes them wait
            save(book)

        def is_lent(number):
            try:
                return bool(borrow_book(self.book.pk, self.ada.pk, timezone.localdate()))
            except DomainError:
                return False
            finally:
                connection.close()

        with patch.object(Book, "save", save_late), ThreadPoolExecutor(4) as clerks:
            self.assertEqual(sum(clerks.map(is_lent, range(4))), 1)


class LosesTest(LibraryTest):
    """What CRUD loses: these tests pass, and that is what hurts."""

    def test_a_stale_put_ends_a_loan(self):
        stale = self.client.get(self.url).data  # one clerk opens the book, to mend its title
        self.lend_by_crud(self.ada)  # meanwhile another one lends it
        self.client.put(self.url, {**stale, "title": "The Dispossessed: a novel"})
        self.book.refresh_from_db()
        self.assertEqual((self.book.status, self.book.borrower), ("AVAILABLE", None))  # and Ada has it

    def test_a_second_clerk_takes_the_loan_over(self):
        self.lend_by_crud(self.ada)
        eve = LibraryUser.objects.create(name="Eve", status="VERIFIED")
        self.assertEqual(self.lend_by_crud(eve).status_code, 200)

    def test_somebody_suspended_borrows_in_the_admin(self):
        form = {**self.client.get(self.url).data, "status": "BORROWED", "borrower": self.ben.pk}
        self.client.post(f"/admin/library/book/{self.book.pk}/change/", form, format="multipart")
        self.book.refresh_from_db()
        self.assertEqual(self.book.borrower, self.ben)

    def test_what_a_serializer_says_holds_for_the_next_save_only(self):
        self.lend_by_crud(self.ada)
        self.client.patch(f"/api/user/{self.ada.pk}", {"status": "SUSPENDED"})
        answer = self.client.put(self.url, self.client.get(self.url).data)  # nothing is changed
        self.assertEqual(answer.data["borrower"], ["Ada is suspended."])  # and yet it is refused

    def test_nobody_can_say_what_happened(self):
        self.lend_by_crud(self.ada)
        self.client.patch(self.url, {"status": "AVAILABLE", "borrower": None})
        kept = self.client.get(self.url).data
        self.assertEqual(set(kept), {"id", "title", "isbn", "author", "status", "borrower"})  # no who, when or why
