"""The table of refusals: for each that an operation declares, a history of commands that leads to it.

A history returns the arguments to dispatch then. The case says which words the refusal must hold, and which operation
is offered as its remedy, if one is, to somebody who may override.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.utils import timezone

from catalog.commands.add_new_book import BookAlreadyInCatalogue
from catalog.domain.barcodes import BarcodeTaken
from catalog.policies import BarcodeKind, barcode
from circulation.commands.move_reservation import ReservationWaits
from circulation.commands.place_reservation import TitleAlreadyBorrowed, TitleAlreadyReserved
from circulation.commands.reinstate_user import UserNotSuspended
from circulation.commands.report_found_book import BookNotMissing
from circulation.commands.report_missing_book import BookAlreadyMissing
from circulation.commands.restore_book import BookNotWithdrawn
from circulation.commands.suspend_user import UserAlreadySuspended
from circulation.commands.withdraw_book import BookAlreadyWithdrawn, BookOnLoan, LastCopyReserved
from circulation.domain.books import BookWithdrawn
from circulation.domain.borrowing_rules import BookNotAvailable, LoanLimitReached, OverdueLimitReached
from circulation.domain.isbn_changes import BookInUse, ReservationsClash
from circulation.domain.loans import BookNotOnLoan
from circulation.domain.people import EmailAlreadyRegistered, UserSuspended
from circulation.domain.renewal_rules import RenewalLimitReached, RenewalMovesNothing
from circulation.domain.reservations import BookReserved, ReservationEnded
from circulation.policies import POLICY, LibraryNeverOpens
from library_site.cqrs import DomainError, IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound
from tests.library import (
    add_book,
    borrow,
    cancel,
    lend,
    register,
    renew,
    report_missing,
    reserve,
    set_policy,
    suspend,
    suspend_by_loss,
    withdraw,
)

Arguments = dict[str, Any]
History = Callable[[], Arguments]

STATUSES: dict[type[DomainError], int] = {
    InvalidInput: 400,
    NotAllowed: 403,
    NotFound: 404,
    BarcodeTaken: 409,
    BookAlreadyInCatalogue: 409,
    BookAlreadyMissing: 409,
    BookAlreadyWithdrawn: 409,
    BookInUse: 409,
    BookNotAvailable: 409,
    BookNotMissing: 409,
    BookNotOnLoan: 409,
    BookNotWithdrawn: 409,
    BookOnLoan: 409,
    BookReserved: 409,
    BookWithdrawn: 409,
    EmailAlreadyRegistered: 409,
    LastCopyReserved: 409,
    LibraryNeverOpens: 409,
    LoanLimitReached: 409,
    OverdueLimitReached: 409,
    RenewalLimitReached: 409,
    RenewalMovesNothing: 409,
    ReservationEnded: 409,
    ReservationWaits: 409,
    ReservationsClash: 409,
    TitleAlreadyBorrowed: 409,
    TitleAlreadyReserved: 409,
    UserAlreadySuspended: 409,
    UserNotSuspended: 409,
    UserSuspended: 409,
    IdempotencyKeyReused: 422,
}


class Case(NamedTuple):
    """A history that leads to a refusal, words that the refusal holds, and the operation that is its remedy."""

    history: History
    words: str
    remedy: str | None


HISTORIES: dict[tuple[str, type[DomainError]], Case] = {}


def refusal(
    operation: str, kind: type[DomainError], words: str, *, remedy: str | None = None
) -> Callable[[History], History]:
    def register_history(history: History) -> History:
        HISTORIES[operation, kind] = Case(history, words, remedy)
        return history

    return register_history


NO_BOOK = "The library has no book with this id."
NO_USER = "The library has no user with this id."
NO_RESERVATION = "The library has no reservation with this id."
NEVER_OPEN = "By its calendar the library is not open on any day to come."
SAY_WHY = "Say why this is overridden: the journal keeps it."
EVERY_DAY = "1234567"

ISBN = "9780141439587"
LABEL = barcode(BarcodeKind.BOOK, "0001", 4711)
CARD = barcode(BarcodeKind.CARD, "0001", 4711)


# The catalogue


@refusal("AddNewBook", InvalidInput, "“978” is not a valid ISBN")
def a_book_whose_isbn_was_misread() -> Arguments:
    return {"title": "Emma", "isbn": "978", "author_name": "Jane Austen"}


@refusal("AddNewBook", NotFound, "The catalogue has no author with this id.")
def a_book_of_an_author_whom_nobody_has_added() -> Arguments:
    return {"title": "Emma", "author_id": uuid4()}


@refusal("AddNewBook", BookAlreadyInCatalogue, "The library has “Emma” already.")
def a_second_copy_where_only_a_new_book_is_wanted() -> Arguments:
    add_book("Emma", isbn=ISBN)
    return {"title": "Emma", "isbn": ISBN, "author_name": "Jane Austen", "only_if_new": True}


@refusal("AddNewBook", BarcodeTaken, f"The barcode {LABEL} is on something else already.")
def a_book_with_a_label_that_another_book_has() -> Arguments:
    add_book(barcode=LABEL)
    return {"title": "Emma", "author_name": "Jane Austen", "barcode": LABEL}


@refusal("AddCopies", InvalidInput, "Add 1 to 50 copies at a time.")
def more_copies_than_anybody_buys() -> Arguments:
    return {"book_id": add_book(), "copies": 51}


@refusal("CorrectBook", InvalidInput, "“978” is not a valid ISBN")
def a_correction_that_is_none() -> Arguments:
    return {"book_id": add_book(), "isbn": "978"}


@refusal("CorrectBook", NotFound, NO_BOOK)
def a_correction_of_a_book_that_is_none_of_ours() -> Arguments:
    return {"book_id": uuid4(), "title": "Emma"}


@refusal("CorrectBook", BarcodeTaken, f"The barcode {LABEL} is on something else already.")
def a_new_label_that_another_book_has() -> Arguments:
    add_book(barcode=LABEL)
    return {"book_id": add_book(), "barcode": LABEL}


@refusal("CorrectBook", BookInUse, "“Emma” is on loan: correct its ISBN when it is back.")
def a_new_isbn_of_a_book_on_loan() -> Arguments:
    return {"book_id": lend("Emma"), "isbn": ISBN}


@refusal(
    "CorrectBook", ReservationsClash, f"Somebody who waits for “Emma” has, or waits for, a book with the ISBN {ISBN}."
)
def a_new_isbn_by_which_somebody_would_wait_for_what_they_have() -> Arguments:
    book_id, user_id = add_book("Emma"), register()
    reserve(book_id, user_id)
    report_missing(book_id)
    borrow(add_book(isbn=ISBN), user_id)
    return {"book_id": book_id, "isbn": ISBN}


@refusal("WithdrawBook", NotFound, NO_BOOK)
def a_withdrawal_of_a_book_that_is_none_of_ours() -> Arguments:
    return {"book_id": uuid4(), "reason": "Worn out."}


@refusal("WithdrawBook", InvalidInput, SAY_WHY)
def a_withdrawal_over_the_head_of_somebody_without_saying_why() -> Arguments:
    return the_last_copy_that_somebody_waits_for() | {"override": (LastCopyReserved.code,)}


@refusal("WithdrawBook", BookOnLoan, "“Emma” is on loan to Ann Lee until", remedy="ReturnBook")
def a_withdrawal_of_what_somebody_has() -> Arguments:
    return {"book_id": lend("Emma", register("Ann Lee")), "reason": "Worn out."}


@refusal("WithdrawBook", BookAlreadyWithdrawn, "“Emma” is withdrawn already.", remedy="RestoreBook")
def a_book_that_is_withdrawn_twice() -> Arguments:
    return a_withdrawn_book() | {"reason": "Worn out."}


@refusal(
    "WithdrawBook", LastCopyReserved, "“Emma” is the last copy, and one person waits for it.", remedy="WithdrawBook"
)
def the_last_copy_that_somebody_waits_for() -> Arguments:
    book_id = add_book("Emma")
    reserve(book_id, register())
    return {"book_id": book_id, "reason": "Worn out."}


@refusal("RestoreBook", BookNotWithdrawn, "“Emma” is not withdrawn: it is available.")
def a_book_in_use_that_is_restored() -> Arguments:
    return {"book_id": add_book("Emma")}


@refusal("ReportMissingBook", BookWithdrawn, "“Emma” is withdrawn. Restore it first", remedy="RestoreBook")
def a_withdrawn_book() -> Arguments:
    book_id = add_book("Emma")
    withdraw(book_id)
    return {"book_id": book_id}


# Lending


@refusal("BorrowBook", NotFound, NO_BOOK)
@refusal("PlaceReservation", NotFound, NO_BOOK)
def somebody_wants_a_book_that_is_none_of_ours() -> Arguments:
    return {"book_id": uuid4(), "user_id": register()}


@refusal("BorrowBook", InvalidInput, SAY_WHY)
def a_loan_of_what_waits_for_somebody_else_without_saying_why() -> Arguments:
    return a_loan_of_what_waits_for_somebody_else() | {"override": (BookReserved.code,)}


@refusal("BorrowBook", BookNotAvailable, "“Emma” is on loan to Ann Lee until", remedy="ReturnBook")
def a_loan_of_what_somebody_else_has() -> Arguments:
    return {"book_id": lend("Emma", register("Ann Lee")), "user_id": register()}


@refusal("BorrowBook", BookReserved, "“Emma” waits on the hold shelf for Ann Lee, until", remedy="BorrowBook")
def a_loan_of_what_waits_for_somebody_else() -> Arguments:
    book_id = add_book("Emma")
    reserve(book_id, register("Ann Lee"))
    return {"book_id": book_id, "user_id": register()}


@refusal(
    "BorrowBook",
    UserSuspended,
    "Ann Lee is suspended and cannot borrow: “Emma” was reported missing on",
    remedy="BorrowBook",
)
def a_loan_to_somebody_who_lost_a_book() -> Arguments:
    user_id = register("Ann Lee")
    suspend_by_loss(user_id, "Emma")
    return {"book_id": add_book(), "user_id": user_id}


@refusal(
    "BorrowBook",
    LoanLimitReached,
    "Ann Lee has 2 of 2 books. Take one back first, or verify who it is.",
    remedy="BorrowBook",
)
def a_third_loan_to_somebody_who_is_not_verified() -> Arguments:
    user_id = register("Ann Lee")
    for _ in range(POLICY.limit_not_verified):
        borrow(add_book(), user_id)
    return {"book_id": add_book(), "user_id": user_id}


@refusal("BorrowBook", OverdueLimitReached, "Ann Lee has 3 books overdue", remedy="BorrowBook")
def a_loan_to_somebody_who_brings_nothing_back() -> Arguments:
    user_id = register("Ann Lee", verified=True)
    long_ago = timezone.now() - timedelta(days=2 * POLICY.loan_days)
    for _ in range(POLICY.overdue_limit):
        borrow(add_book(), user_id, now=long_ago)
    return {"book_id": add_book(), "user_id": user_id}


@refusal("BorrowBook", LibraryNeverOpens, NEVER_OPEN)
def a_loan_by_a_library_that_never_opens() -> Arguments:
    set_policy(closed_weekdays=EVERY_DAY)
    return {"book_id": add_book(), "user_id": register()}


@refusal("ReturnBook", NotFound, NO_BOOK)
@refusal("RenewLoan", NotFound, NO_BOOK)
@refusal("ReportMissingBook", NotFound, NO_BOOK)
@refusal("ReportFoundBook", NotFound, NO_BOOK)
@refusal("RestoreBook", NotFound, NO_BOOK)
@refusal("AddCopies", NotFound, NO_BOOK)
def a_book_that_is_none_of_ours() -> Arguments:
    return {"book_id": uuid4()}


@refusal("RenewLoan", InvalidInput, SAY_WHY)
def a_fourth_renewal_without_saying_why() -> Arguments:
    return a_fourth_renewal() | {"override": (RenewalLimitReached.code,)}


@refusal("RenewLoan", BookNotOnLoan, "“Emma” is not on loan: it is available.")
def a_renewal_of_what_nobody_has() -> Arguments:
    return {"book_id": add_book("Emma")}


@refusal(
    "RenewLoan",
    RenewalLimitReached,
    "“Emma” has been renewed 3 of 3 times. Take it back first.",
    remedy="RenewLoan",
)
def a_fourth_renewal() -> Arguments:
    book_id = lend("Emma")
    for _ in range(POLICY.renewals):
        renew(book_id)
    return {"book_id": book_id}


@refusal("RenewLoan", RenewalMovesNothing, "already: renewing would change nothing.")
def a_renewal_where_books_are_lent_for_the_day() -> Arguments:
    set_policy(loan_days=0)
    return {"book_id": lend("Emma")}


@refusal("RenewLoan", BookReserved, "Somebody else waits for “Emma”.", remedy="RenewLoan")
def a_renewal_of_what_somebody_waits_for() -> Arguments:
    book_id = lend("Emma")
    reserve(book_id, register())
    return {"book_id": book_id}


@refusal(
    "RenewLoan",
    UserSuspended,
    "Ann Lee is suspended and cannot renew: “Persuasion” was reported missing on",
    remedy="RenewLoan",
)
def a_renewal_for_somebody_who_lost_another_book() -> Arguments:
    user_id = register("Ann Lee")
    book_id = lend("Emma", user_id)
    suspend_by_loss(user_id, "Persuasion")
    return {"book_id": book_id}


@refusal("RenewLoan", LibraryNeverOpens, NEVER_OPEN)
def a_renewal_by_a_library_that_never_opens() -> Arguments:
    book_id = lend()
    set_policy(closed_weekdays=EVERY_DAY)
    return {"book_id": book_id}


@refusal("ReportMissingBook", BookAlreadyMissing, "“Emma” is reported missing already.", remedy="ReportFoundBook")
def a_book_that_is_missed_twice() -> Arguments:
    book_id = add_book("Emma")
    report_missing(book_id)
    return {"book_id": book_id}


@refusal("ReportFoundBook", BookNotMissing, "“Emma” is not missing: it is on loan.")
def a_book_that_was_not_missing_but_on_loan() -> Arguments:
    return {"book_id": lend("Emma")}


@refusal("SetCalendarException", InvalidInput, "This text holds characters that cannot be stored.")
def a_day_with_a_note_that_no_keyboard_types() -> Arguments:
    return {"day": "2099-12-25", "note": "Christmas \a"}


@refusal("SetCalendarException", LibraryNeverOpens, NEVER_OPEN)
def a_day_off_in_a_library_that_would_never_open() -> Arguments:
    set_policy(closed_weekdays=EVERY_DAY)
    return {"day": "2099-12-25"}


# Reservations


def in_queue(title: str = "Emma", name: str = "Ann Lee") -> UUID:
    """The reservation of somebody who waits for a book on loan."""
    return reserve(lend(title), register(name))


@refusal("PlaceReservation", InvalidInput, SAY_WHY)
def a_reservation_for_somebody_suspended_without_saying_why() -> Arguments:
    return a_reservation_for_somebody_suspended() | {"override": (UserSuspended.code,)}


@refusal("PlaceReservation", BookWithdrawn, "“Emma” is withdrawn. Restore it first", remedy="RestoreBook")
def a_reservation_of_what_is_withdrawn() -> Arguments:
    return a_withdrawn_book() | {"user_id": register()}


@refusal("PlaceReservation", TitleAlreadyBorrowed, "This person has “Emma” on loan.", remedy="RenewLoan")
def a_reservation_of_what_one_has() -> Arguments:
    user_id = register()
    return {"book_id": lend("Emma", user_id), "user_id": user_id}


@refusal("PlaceReservation", TitleAlreadyReserved, "This person waits for “Emma” already: no copy has come back yet.")
def a_second_reservation_of_one_title() -> Arguments:
    book_id, user_id = lend("Emma"), register()
    reserve(book_id, user_id)
    return {"book_id": book_id, "user_id": user_id}


@refusal(
    "PlaceReservation",
    UserSuspended,
    "Ann Lee is suspended and cannot reserve: Unpaid fees.",
    remedy="PlaceReservation",
)
def a_reservation_for_somebody_suspended() -> Arguments:
    user_id = register("Ann Lee")
    suspend(user_id, "Unpaid fees.")
    return {"book_id": add_book(), "user_id": user_id}


@refusal("CancelReservation", NotFound, NO_RESERVATION)
def a_reservation_that_is_none_of_ours() -> Arguments:
    return {"reservation_id": uuid4()}


@refusal("CancelReservation", ReservationEnded, "The reservation of “Emma” for Ann Lee has ended: it is cancelled.")
def a_reservation_that_has_ended() -> Arguments:
    reservation_id = in_queue("Emma", "Ann Lee")
    cancel(reservation_id)
    return {"reservation_id": reservation_id}


@refusal("MoveReservation", NotFound, NO_RESERVATION)
def another_place_for_a_reservation_that_is_none_of_ours() -> Arguments:
    return {"reservation_id": uuid4(), "position": 1, "reason": "An exam."}


@refusal("MoveReservation", InvalidInput, "The first place in the queue is 1.")
def a_place_before_the_first() -> Arguments:
    return {"reservation_id": in_queue(), "position": 0, "reason": "An exam."}


@refusal("MoveReservation", ReservationEnded, "The reservation of “Emma” for Ann Lee has ended: it is cancelled.")
def another_place_in_a_queue_that_one_has_left() -> Arguments:
    return a_reservation_that_has_ended() | {"position": 1, "reason": "An exam."}


@refusal("MoveReservation", ReservationWaits, "A copy waits for Ann Lee already: there is no place to change.")
def another_place_for_somebody_whose_turn_it_is() -> Arguments:
    return {"reservation_id": reserve(add_book(), register("Ann Lee")), "position": 1, "reason": "An exam."}


# People


@refusal("RegisterUser", InvalidInput, "Enter a valid email address.")
def a_person_whose_address_was_mistyped() -> Arguments:
    return {"name": "Ann Lee", "email": "ann at example.org"}


@refusal("RegisterUser", EmailAlreadyRegistered, "Somebody is registered with ANN@example.org already.")
def a_person_who_is_registered_already() -> Arguments:
    register("Ann Lee", "ann@example.org")
    return {"name": "Ann Lee", "email": "ANN@example.org"}


@refusal("RegisterUser", BarcodeTaken, f"The barcode {CARD} is on something else already.")
def a_person_with_the_card_of_another() -> Arguments:
    register(barcode=CARD)
    return {"name": "Ann Lee", "email": "ann@example.org", "barcode": CARD}


@refusal("VerifyUser", NotFound, NO_USER)
def a_person_whom_nobody_has_registered() -> Arguments:
    return {"user_id": uuid4()}


@refusal(
    "VerifyUser",
    UserSuspended,
    "Ann Lee is suspended; verifying would not lift that.",
    remedy="ReinstateUser",
)
def a_suspended_person_with_a_passport() -> Arguments:
    user_id = register("Ann Lee")
    suspend_by_loss(user_id)
    return {"user_id": user_id}


@refusal("ChangeContact", NotFound, NO_USER)
def an_address_of_somebody_whom_nobody_has_registered() -> Arguments:
    return {"user_id": uuid4(), "email": "ann@example.org"}


@refusal("ChangeContact", InvalidInput, "Enter a valid email address.")
def a_new_address_that_was_mistyped() -> Arguments:
    return {"user_id": register(), "email": "ann at example.org"}


@refusal("ChangeContact", EmailAlreadyRegistered, "Somebody is registered with ANN@example.org already.")
def a_new_address_that_somebody_else_has() -> Arguments:
    register("Ann Lee", "ann@example.org")
    return {"user_id": register(), "email": "ANN@example.org"}


@refusal("ChangeContact", BarcodeTaken, f"The barcode {CARD} is on something else already.")
def a_new_card_that_somebody_else_has() -> Arguments:
    register(barcode=CARD)
    return {"user_id": register(), "barcode": CARD}


@refusal("SuspendUser", NotFound, NO_USER)
@refusal("ReinstateUser", NotFound, NO_USER)
def a_decision_about_somebody_whom_nobody_has_registered() -> Arguments:
    return {"user_id": uuid4(), "reason": "Fees."}


@refusal("SuspendUser", InvalidInput, "The last day is past. Choose today or a day to come.")
def a_suspension_that_ended_yesterday() -> Arguments:
    yesterday = timezone.localdate() - timedelta(days=1)
    return {"user_id": register(), "reason": "Unpaid fees.", "until": yesterday.isoformat()}


@refusal("SuspendUser", UserAlreadySuspended, "Ann Lee is suspended already.", remedy="ReinstateUser")
def a_second_suspension() -> Arguments:
    user_id = register("Ann Lee")
    suspend(user_id)
    return {"user_id": user_id, "reason": "Unpaid fees."}


@refusal("ReinstateUser", InvalidInput, "Say why, in words: it is shown at the desk.")
def a_reinstatement_for_a_reason_that_no_keyboard_types() -> Arguments:
    user_id = register()
    suspend(user_id)
    return {"user_id": user_id, "reason": "Paid \a"}


@refusal("ReinstateUser", UserNotSuspended, "Ann Lee is not suspended.")
def a_reinstatement_of_somebody_who_may_borrow() -> Arguments:
    return {"user_id": register("Ann Lee"), "reason": "Paid."}


# Queries

JUNK = "This cursor is not one of ours."


@refusal("GetBooksByAuthor", InvalidInput, JUNK)
def a_page_of_an_author_that_is_none_of_ours() -> Arguments:
    return {"author_id": uuid4(), "cursor": "junk"}


@refusal("GetBorrowedBooksByUser", InvalidInput, JUNK)
@refusal("GetPastLoansByUser", InvalidInput, JUNK)
@refusal("GetReservationsByUser", InvalidInput, JUNK)
@refusal("GetUserFile", InvalidInput, JUNK)
def a_page_of_a_person_that_is_none_of_ours() -> Arguments:
    return {"user_id": uuid4(), "cursor": "junk"}


@refusal("GetBookFile", InvalidInput, JUNK)
@refusal("GetBookHistory", InvalidInput, JUNK)
@refusal("GetReservationQueue", InvalidInput, JUNK)
def a_page_of_a_book_that_is_none_of_ours() -> Arguments:
    return {"book_id": uuid4(), "cursor": "junk"}


@refusal("GetHoldShelf", InvalidInput, JUNK)
@refusal("GetJournal", InvalidInput, JUNK)
@refusal("GetMissingBooks", InvalidInput, JUNK)
@refusal("GetMostBorrowedBooks", InvalidInput, JUNK)
@refusal("GetOverdueByAge", InvalidInput, JUNK)
@refusal("GetOverdueLoans", InvalidInput, JUNK)
@refusal("GetStockByState", InvalidInput, JUNK)
def a_page_that_is_none_of_ours() -> Arguments:
    return {"cursor": "junk"}


@refusal("GetLoansOverTime", InvalidInput, "The last day is before the first. Exchange them.")
@refusal("GetLoansDue", InvalidInput, "The last day is before the first. Exchange them.")
def days_that_run_backwards() -> Arguments:
    return {"first": "2099-12-25", "last": "2099-12-24"}


@refusal("GetBookLabels", InvalidInput, "The last barcode is before the first. Exchange them.")
def labels_that_run_backwards() -> Arguments:
    return {"first": barcode(BarcodeKind.BOOK, "0001", 2), "last": barcode(BarcodeKind.BOOK, "0001", 1)}


@refusal("GetCardLabels", InvalidInput, "is the barcode of a book, not of a library card.")
def a_card_that_is_a_book() -> Arguments:
    return {"first": barcode(BarcodeKind.BOOK, "0001", 1)}


@refusal("SearchAuthors", InvalidInput, JUNK)
@refusal("SearchBooks", InvalidInput, JUNK)
@refusal("SearchUsers", InvalidInput, JUNK)
def a_page_of_a_search_that_is_none_of_ours() -> Arguments:
    return {"q": "x", "cursor": "junk"}


def suspended() -> UUID:
    user_id = register()
    suspend(user_id)
    return user_id


# Of every operation, arguments with which it is carried out.
GOOD: dict[str, History] = {
    "AddCopies": lambda: {"book_id": add_book(), "copies": 2},
    "AddNewBook": lambda: {"title": "Emma", "author_name": "Jane Austen"},
    "BorrowBook": lambda: {"book_id": add_book(), "user_id": register()},
    "CancelReservation": lambda: {"reservation_id": in_queue()},
    "ChangeContact": lambda: {"user_id": register(), "name": "Ann Smith"},
    "CorrectBook": lambda: {"book_id": add_book(), "title": "Emma"},
    "EndSuspensions": dict,
    "ExpireReservations": dict,
    "MoveReservation": lambda: {"reservation_id": in_queue(), "position": 1, "reason": "An exam."},
    "PlaceReservation": lambda: {"book_id": add_book(), "user_id": register()},
    "RegisterUser": lambda: {"name": "Ann Lee", "email": "ann@example.org"},
    "ReinstateUser": lambda: {"user_id": suspended(), "reason": "Paid."},
    "RenewLoan": lambda: {"book_id": lend("Emma")},
    "ReportFoundBook": lambda: {"book_id": suspend_by_loss(register())},
    "ReportMissingBook": lambda: {"book_id": add_book()},
    "RestoreBook": a_withdrawn_book,
    "ReturnBook": lambda: {"book_id": add_book()},
    "SetCalendarException": lambda: {"day": "2099-12-25", "note": "Christmas Day"},
    "SuspendUser": lambda: {"user_id": register(), "reason": "Unpaid fees."},
    "VerifyUser": lambda: {"user_id": register()},
    "WithdrawBook": lambda: {"book_id": add_book(), "reason": "Worn out."},
    "GetBookFile": lambda: {"book_id": uuid4()},
    "GetBookHistory": lambda: {"book_id": uuid4()},
    "GetBookLabels": lambda: {"first": barcode(BarcodeKind.BOOK, "0001", 1)},
    "GetBooksByAuthor": lambda: {"author_id": uuid4()},
    "GetBorrowedBooksByUser": lambda: {"user_id": uuid4()},
    "GetCardLabels": lambda: {"first": barcode(BarcodeKind.CARD, "0001", 1)},
    "GetHoldShelf": dict,
    "GetJournal": dict,
    "GetLoansDue": dict,
    "GetLoansOverTime": dict,
    "GetMissingBooks": dict,
    "GetMostBorrowedBooks": dict,
    "GetOverdueByAge": dict,
    "GetOverdueLoans": dict,
    "GetPastLoansByUser": lambda: {"user_id": uuid4()},
    "GetReservationQueue": lambda: {"book_id": uuid4()},
    "GetReservationsByUser": lambda: {"user_id": uuid4()},
    "GetStockByState": dict,
    "GetUserFile": lambda: {"user_id": uuid4()},
    "SearchAuthors": lambda: {"q": "x"},
    "SearchBooks": lambda: {"q": "x"},
    "SearchUsers": lambda: {"q": "x"},
}
