from library.cqrs.operations import all_operations
from library.models import JournalEntry
from library.tests import LibraryTest


class MissingTest(LibraryTest):
    def report_by_crud(self):
        return self.client.patch(self.url, {"status": "MISSING"})

    def test_status_missing_is_report_missing_book(self):
        self.assertEqual(self.report_by_crud().status_code, 200)
        self.book.refresh_from_db()
        self.assertEqual(self.book.status, "MISSING")
        self.assertEqual(JournalEntry.objects.get().operation, "ReportMissingBook")

    def test_a_put_of_the_whole_row_means_it_too(self):
        self.client.put(self.url, {**self.client.get(self.url).data, "status": "MISSING"})
        self.assertEqual([each.operation for each in JournalEntry.objects.all()], ["ReportMissingBook"])

    def test_what_is_on_loan_is_not_missing(self):
        self.assertIn("ReportMissingBook", [each.name for each in all_operations()])
        self.borrow(self.ada)
        self.assertEqual(self.report_by_crud().status_code, 409)
        self.book.refresh_from_db()
        self.assertEqual(self.book.status, "BORROWED")
