from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from time import sleep
from unittest.mock import patch

from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone
from rest_framework.test import APITestCase

from . import events
from .commands.borrow_book import LIMIT, LOAN, BorrowBook
from .cqrs import Actor, Context, DomainError, InvalidInput, NotFound, dispatch
from .cqrs.answers import status_of
from .cqrs.operations import all_operations
from .models import Author, Book, JournalEntry, LibraryUser


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
        due_on = timezone.localdate() + LOAN
        self.assertEqual(
            self.borrow(self.ada).data, {"book_id": self.book.pk, "user_id": self.ada.pk, "due_on": due_on}
        )
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


class DispatcherTest(LibraryTest):
    def test_each_operation_has_a_permission_of_its_own(self):
        codenames = set(Permission.objects.values_list("codename", flat=True))
        self.assertLessEqual({each.slug for each in all_operations()}, codenames)

    def test_who_has_no_permission_is_refused(self):
        self.client.force_login(User.objects.create_user("volunteer"))
        answer = self.borrow(self.ada)
        self.assertEqual((answer.status_code, answer.data["code"]), (403, "permission_denied"))

    def test_the_permission_of_one_operation_is_enough_for_it(self):
        volunteer = User.objects.create_user("volunteer")
        volunteer.user_permissions.add(Permission.objects.get(codename="borrow_book"))
        self.client.force_login(volunteer)
        self.assertEqual(self.borrow(self.ada).status_code, 200)
        self.assertEqual(self.client.get(f"/api/user/{self.ada.pk}/borrowed_books").status_code, 403)


class DoorsTest(LibraryTest):
    """The same command by each door: done, and refused."""

    def event(self, **arguments):
        return events.answer({"operation": "BorrowBook", "arguments": arguments})

    def test_by_page(self):
        page = self.client.post("/borrow", {"book_id": self.book.pk, "user_id": self.ben.pk}, format="multipart")
        self.assertContains(page, "Ben is suspended.")
        form = {"book_id": self.book.pk, "user_id": self.ada.pk}
        self.assertContains(self.client.post("/borrow", form, format="multipart", follow=True), "Lent, until")

    def test_by_shell(self):
        with self.assertRaisesMessage(CommandError, "Ben is suspended."):
            call_command("borrow_book", self.book.pk, self.ben.pk)
        call_command("borrow_book", self.book.pk, self.ada.pk, stdout=(printed := StringIO()))
        self.assertIn("Lent, until", printed.getvalue())

    def test_by_event(self):
        with self.assertRaisesMessage(DomainError, "Ben is suspended."):
            self.event(book_id=self.book.pk, user_id=self.ben.pk)
        self.assertEqual(self.event(book_id=self.book.pk, user_id=self.ada.pk).user_id, self.ada.pk)

    def test_an_event_that_means_nothing_is_refused(self):
        with self.assertRaises(InvalidInput):
            self.event(book=self.book.pk)
        with self.assertRaises(NotFound):
            events.answer({"operation": "EatBook", "arguments": {}})

    def test_each_kind_of_refusal_has_its_status(self):
        self.assertEqual([status_of(kind("…")) for kind in (InvalidInput, NotFound)], [400, 404])
        self.assertEqual(self.client.post("/api/book/0/borrow", {"user_id": self.ada.pk}).status_code, 404)


class JournalTest(LibraryTest):
    def test_it_says_who_did_what(self):
        self.borrow(self.ada)
        entry = JournalEntry.objects.get()
        self.assertEqual((entry.actor, entry.operation), (f"user:{self.clerk.pk}", "BorrowBook"))
        self.assertEqual(entry.arguments, {"book_id": self.book.pk, "user_id": self.ada.pk})

    def test_it_says_what_was_refused(self):
        self.borrow(self.ben)
        self.assertEqual(JournalEntry.objects.get().code, "user_suspended")

    def test_no_effect_without_its_entry(self):
        with patch("library.cqrs.journal.record", side_effect=OSError), self.assertRaises(OSError):
            self.borrow(self.ada)
        self.book.refresh_from_db()
        self.assertEqual(self.book.status, "AVAILABLE")


class KeysTest(LibraryTest):
    def borrow(self, user, key="a"):
        return self.client.post(f"{self.url}/borrow", {"user_id": user.pk}, headers={"Idempotency-Key": key})

    def test_a_request_that_is_sent_twice_is_carried_out_once(self):
        self.assertEqual(self.borrow(self.ada).json(), self.borrow(self.ada).json())
        self.assertEqual(self.borrow(self.ada, key="b").status_code, 409)
        self.assertEqual(JournalEntry.objects.filter(outcome="CARRIED_OUT").count(), 1)

    def test_a_key_is_of_one_request(self):
        self.borrow(self.ada)
        self.assertEqual(self.borrow(self.ben).status_code, 422)

    def test_an_event_that_is_delivered_twice_is_carried_out_once(self):
        event = {"operation": "BorrowBook", "arguments": {"book_id": self.book.pk, "user_id": self.ada.pk}}
        self.assertEqual(events.answer(event, "1"), events.answer(event, "1"))


class RaceTest(TransactionTestCase):
    setUp = LibraryTest.setUp

    def test_of_four_clerks_at_once_one_lends(self):
        command = BorrowBook(book_id=self.book.pk, user_id=self.ada.pk)
        save = Book.save

        def save_late(book):
            sleep(0.5)  # meanwhile the others read, if nothing makes them wait
            save(book)

        def is_lent(number):
            try:
                return bool(dispatch(command, Context(actor=Actor("system:test"), source="test")))
            except DomainError:
                return False
            finally:
                connection.close()

        with patch.object(Book, "save", save_late), ThreadPoolExecutor(4) as clerks:
            self.assertEqual(sum(clerks.map(is_lent, range(4))), 1)

    def test_of_four_equal_requests_at_once_each_gets_the_one_answer(self):
        command = BorrowBook(book_id=self.book.pk, user_id=self.ada.pk)

        def answer(number):
            try:
                return dispatch(command, Context(actor=Actor("system:test"), source="test", idempotency_key="a"))
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as clerks:
            self.assertEqual(len(set(clerks.map(answer, range(4)))), 1)
        self.assertEqual(JournalEntry.objects.count(), 1)


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
        self.assertFalse(JournalEntry.objects.exists())
