from library.models import Book
from library.tests import LibraryTest


class GetBookHistoryTest(LibraryTest):
    def history(self):
        answer = self.client.get(f"{self.url}/history")
        self.assertEqual(answer.status_code, 200)
        return answer.json()

    def test_it_says_what_happened_to_a_book_the_last_thing_first(self):
        self.borrow(self.ben)
        self.borrow(self.ada)
        rows = [(row["operation"], row["outcome"], row["code"]) for row in self.history()]
        self.assertEqual(rows, [("BorrowBook", "CARRIED_OUT", ""), ("BorrowBook", "REFUSED", "user_suspended")])
        self.assertEqual(self.history()[0]["actor"], f"user:{self.clerk.pk}")

    def test_it_says_nothing_of_other_books(self):
        self.borrow(self.ada, Book.objects.create(title="Solaris", isbn="9780156027601", author=self.book.author))
        self.assertEqual(self.history(), [])
