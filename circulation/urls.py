"""The doors of circulation: REST tasks, and pages."""

from django.urls import path

from circulation import api, views

api_urls = api.router.urls

page_urls = [
    path("borrow-book", views.BorrowBookView.as_view(), name="borrow_book"),
    path("renew-loan", views.RenewLoanView.as_view(), name="renew_loan"),
    path("return-book", views.ReturnBookView.as_view(), name="return_book"),
    path("report-missing-book", views.ReportMissingBookView.as_view(), name="report_missing_book"),
    path("report-found-book", views.ReportFoundBookView.as_view(), name="report_found_book"),
    path("register-user", views.RegisterUserView.as_view(), name="register_user"),
    path("verify-user", views.VerifyUserView.as_view(), name="verify_user"),
    path("borrowed-books", views.GetBorrowedBooksByUserView.as_view(), name="get_borrowed_books_by_user"),
    path("missing-books", views.GetMissingBooksView.as_view(), name="get_missing_books"),
    path("search-users", views.SearchUsersView.as_view(), name="search_users"),
    path("pick/user", views.PickUser.as_view(), name="pick_user"),
]
