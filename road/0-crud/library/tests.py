from django.contrib.auth.models import User
from rest_framework.test import APITestCase

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


class WorksTest(LibraryTest):
    def test_a_loan_is_a_row_that_was_saved(self):
        self.assertEqual(self.lend_by_crud(self.ada).status_code, 200)
        self.book.refresh_from_db()
        self.assertEqual((self.book.status, self.book.borrower), ("BORROWED", self.ada))

    def test_the_admin_has_a_form(self):
        self.assertContains(self.client.get(f"/admin/library/book/{self.book.pk}/change/"), "The Dispossessed")


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

    def test_somebody_suspended_borrows(self):
        self.assertEqual(self.lend_by_crud(self.ben).status_code, 200)

    def test_a_book_is_borrowed_by_nobody(self):
        self.assertEqual(self.client.patch(self.url, {"status": "BORROWED"}).status_code, 200)

    def test_nobody_can_say_what_happened(self):
        self.lend_by_crud(self.ada)
        self.client.patch(self.url, {"status": "AVAILABLE", "borrower": None})
        kept = self.client.get(self.url).data
        self.assertEqual(set(kept), {"id", "title", "isbn", "author", "status", "borrower"})  # no who, when or why
