"""The pages of circulation."""

from django.urls import path

from circulation.desk import pages as desk
from circulation.desk import prints
from circulation.statistics import statistic_view
from circulation.statistics import views as statistics
from circulation.views import books, files, lending, lists, people, reservations

urlpatterns = [
    path("", desk.DeskView.as_view(), name="desk"),
    path("desk/find", desk.FindView.as_view(), name="desk_find"),
    path("receipt", prints.ReceiptView.as_view(), name="receipt"),
    path("hold-slip", prints.HoldSlipView.as_view(), name="hold_slip"),
    path("borrow-book", lending.BorrowBookView.as_view(), name="borrow_book"),
    path("renew-loan", lending.RenewLoanView.as_view(), name="renew_loan"),
    path("return-book", lending.ReturnBookView.as_view(), name="return_book"),
    path("report-missing-book", lending.ReportMissingBookView.as_view(), name="report_missing_book"),
    path("report-found-book", lending.ReportFoundBookView.as_view(), name="report_found_book"),
    path("place-reservation", reservations.PlaceReservationView.as_view(), name="place_reservation"),
    path("cancel-reservation", reservations.CancelReservationView.as_view(), name="cancel_reservation"),
    path("move-reservation", reservations.MoveReservationView.as_view(), name="move_reservation"),
    path("expire-reservations", reservations.ExpireReservationsView.as_view(), name="expire_reservations"),
    path("register-user", people.RegisterUserView.as_view(), name="register_user"),
    path("verify-user", people.VerifyUserView.as_view(), name="verify_user"),
    path("change-contact", people.ChangeContactView.as_view(), name="change_contact"),
    path("suspend-user", people.SuspendUserView.as_view(), name="suspend_user"),
    path("reinstate-user", people.ReinstateUserView.as_view(), name="reinstate_user"),
    path("end-suspensions", people.EndSuspensionsView.as_view(), name="end_suspensions"),
    path("correct-book", books.CorrectBookView.as_view(), name="correct_book"),
    path("withdraw-book", books.WithdrawBookView.as_view(), name="withdraw_book"),
    path("restore-book", books.RestoreBookView.as_view(), name="restore_book"),
    path("set-calendar-exception", books.SetCalendarExceptionView.as_view(), name="set_calendar_exception"),
    path("person", files.GetUserFileView.as_view(), name="get_user_file"),
    path("book", files.GetBookFileView.as_view(), name="get_book_file"),
    path("borrowed-books", lists.GetBorrowedBooksByUserView.as_view(), name="get_borrowed_books_by_user"),
    path("reservations-by-person", lists.GetReservationsByUserView.as_view(), name="get_reservations_by_user"),
    path("past-loans-by-person", lists.GetPastLoansByUserView.as_view(), name="get_past_loans_by_user"),
    path("book-history", lists.GetBookHistoryView.as_view(), name="get_book_history"),
    path("reservation-queue", lists.GetReservationQueueView.as_view(), name="get_reservation_queue"),
    path("hold-shelf", lists.GetHoldShelfView.as_view(), name="get_hold_shelf"),
    path("missing-books", lists.GetMissingBooksView.as_view(), name="get_missing_books"),
    path("overdue-loans", lists.GetOverdueLoansView.as_view(), name="get_overdue_loans"),
    path("loans-due", lists.GetLoansDueView.as_view(), name="get_loans_due"),
    path("journal", lists.GetJournalView.as_view(), name="get_journal"),
    path("card-labels", lists.GetCardLabelsView.as_view(), name="get_card_labels"),
    path("search-users", lists.SearchUsersView.as_view(), name="search_users"),
    path("statistics", statistics.StatisticsView.as_view(), name="statistics"),
    *statistic_view.urls("statistics/loans", statistics.GetLoansOverTimeView),
    *statistic_view.urls("statistics/overdue", statistics.GetOverdueByAgeView),
    *statistic_view.urls("statistics/most-borrowed", statistics.GetMostBorrowedBooksView),
    *statistic_view.urls("statistics/stock", statistics.GetStockByStateView),
    path("pick/user", lists.PickUser.as_view(), name="pick_user"),
    path("pick/reservation", lists.PickReservation.as_view(), name="pick_reservation"),
]
