"""PlaceReservation: waiting for a title."""

from circulation.commands import PlaceReservation
from circulation.commands.place_reservation import TitleAlreadyBorrowed, TitleAlreadyReserved
from circulation.domain.books import BookWithdrawn
from circulation.domain.people import UserSuspended
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused


def what_one_has(it: Arranger) -> Arguments:
    person = it.person()
    return {"book_id": it.lent_book("Emma", person), "user_id": person}


def what_one_waits_for(it: Arranger) -> Arguments:
    book, person = it.lent_book("Emma"), it.person()
    it.reserve(book, person)
    return {"book_id": book, "user_id": person}


DECLARED = declared(
    PlaceReservation,
    good=lambda it: {"book_id": it.book(), "user_id": it.person()},
    # the title, the user (locked), the user's reservation, the last one, the reservation, the queue, the policy (2),
    # the copy on the hold shelf
    statements=12,
    refusals=[
        refused(
            BookWithdrawn,
            "“Emma” is withdrawn. Restore it first",
            lambda it: {"book_id": it.withdrawn_book("Emma"), "user_id": it.person()},
            remedy="RestoreBook",
        ),
        refused(TitleAlreadyBorrowed, "This person has “Emma” on loan.", what_one_has, remedy="RenewLoan"),
        refused(
            TitleAlreadyReserved,
            "This person waits for “Emma” already: no copy has come back yet.",
            what_one_waits_for,
            details="reservation_id",
        ),
        refused(
            UserSuspended,
            "Ann Lee is suspended and cannot reserve: Unpaid fees.",
            lambda it: {"book_id": it.book(), "user_id": it.suspended_person("Ann Lee")},
            remedy="PlaceReservation",
            details="suspended_at suspended_by suspended_until",
        ),
    ],
)
