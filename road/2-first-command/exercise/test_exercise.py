from library.models import Book
from library.tests import LibraryTest


class ReturnBookTest(LibraryTest):
    def give_back(self):
        return self.client.post(f"{self.url}/return")

    def test_who_gives_it_back_has_it_no_more(self):
        self.borrow(self.ada)
        self.assertEqual(self.give_back().status_code, 200)
        self.book.refresh_from_db()
        self.assertEqual((self.book.status, self.book.borrower, self.book.due_on), ("AVAILABLE", None, None))

    def test_what_is_not_on_loan_cannot_come_back(self):
        Book.objects.update(status="MISSING")
        answer = self.give_back()
        self.assertEqual(answer.status_code, 409)
        self.assertEqual(answer.data["code"], "book_not_on_loan")
