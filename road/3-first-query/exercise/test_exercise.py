from library.models import Author, Book
from library.tests import LibraryTest


class GetMissingBooksTest(LibraryTest):
    def rows(self):
        answer = self.client.get("/api/book/missing")
        self.assertEqual(answer.status_code, 200)
        return answer.data

    def test_missing_books_by_title(self):
        author = Author.objects.create(name="Stanisław Lem")
        for title in ("Solaris", "Fiasco"):
            Book.objects.create(title=title, isbn="9780156027601", author=author, status="MISSING")
        self.assertEqual([row["title"] for row in self.rows()], ["Fiasco", "Solaris"])
        self.assertEqual(set(self.rows()[0]), {"id", "title", "isbn", "author_name"})

    def test_a_book_in_its_place_is_not_missing(self):
        self.assertEqual(self.rows(), [])
