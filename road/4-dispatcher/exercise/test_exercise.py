from django.contrib.auth.models import Permission, User

from library.tests import LibraryTest


class ReportMissingBookTest(LibraryTest):
    def report(self):
        return self.client.post(f"{self.url}/report_missing")

    def test_it_is_missing_then(self):
        self.assertEqual(self.report().status_code, 200)
        self.book.refresh_from_db()
        self.assertEqual(self.book.status, "MISSING")

    def test_what_is_on_loan_is_not_missing(self):
        self.borrow(self.ada)
        answer = self.report()
        self.assertEqual(answer.status_code, 409)
        self.assertEqual(answer.data["code"], "book_not_available")

    def test_it_takes_a_permission_of_its_own(self):
        volunteer = User.objects.create_user("volunteer")
        volunteer.user_permissions.add(Permission.objects.get(codename="borrow_book"))
        self.client.force_login(volunteer)
        self.assertEqual(self.report().status_code, 403)
        permission = Permission.objects.filter(codename="report_missing_book").first()
        self.assertIsNotNone(permission)
        volunteer.user_permissions.add(permission)
        self.assertEqual(self.report().status_code, 200)
