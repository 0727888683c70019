"""What librarians may want to do in a library as it is: commands that it mostly carries out, and sometimes nonsense."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, timedelta
from inspect import signature
from typing import Any, NamedTuple, TypeVar, get_type_hints
from uuid import UUID

from django.utils.timezone import localdate

from catalog.commands import AddCopies, AddNewBook
from circulation.commands import (
    AddClosure,
    BorrowBook,
    CancelClosure,
    CorrectBook,
    PlaceReservation,
    RegisterUser,
    SetCalendarException,
    SetNameAndAddress,
    SetOpeningWeekdays,
    SuspendUser,
    TakeOverLoan,
    UndoLoan,
    UndoRenewal,
    UndoReturn,
)
from library_site.cqrs.operations import operation_of
from tests.declared import About, declarations
from tests.doors import missing
from tests.model import UNKNOWN, Library, Person, barcode
from tests.model_commands import not_to_borrow, refusals

T = TypeVar("T", bound=Callable[..., Any])

MOST_PEOPLE, MOST_BOOKS = 5, 7

WHICH = range(20)
"""Of a book, a person or a reservation: mostly one that the command is for, sometimes any, and the last is none."""

OVERRIDABLE = (
    *("book_reserved", "user_suspended", "loan_limit_reached", "overdue_limit_reached"),
    *("renewal_limit_reached", "last_copy_reserved"),
)
NEVER = ("title_already_borrowed", "title_already_reserved", "renewal_moves_nothing", "book_not_available")

ARGUMENTS: dict[str, Sequence[Any]] = {
    "book": WHICH,
    "person": WHICH,
    "reservation": WHICH,
    "title": ["Emma", "Dune", "Emma", "Dune", None],
    "isbn": [*["9780441013593", "9780141439587", ""] * 3, "978"],
    "author": ["Jane Austen", "JANE  Austen", "Frank Herbert", "Ann Leckie", None, ""],
    "label": [None, "", barcode("3", 4), barcode("3", 7), barcode("2", 7), "30001000000021", "S-17", "s-18"],
    "shelf_mark": [None, "", "F HER", "823 AUS"],
    "copy_number": [1, 1, 2],
    "statement_of_responsibility": [None, "by Jane Austen"],
    "condition": [None, "A page is torn."],
    "phone": [None, "0123"],
    "language": [None, "de"],
    "note": [None, "Waits for a call."],
    "no_birth_date": [False, False, True],
    "birth_date": [None, None, date(2010, 5, 3), date(2012, 2, 29)],
    "copies": [1, 1, 1, 2, 0],
    "name": ["Ann", "Ben", "Carol", None, ""],
    "email": ["ann@example.org", "ANN@example.org", "ben@example.org", "carol@example.org", None],
    "card": [None, "", barcode("2", 2), barcode("2", 5), barcode("3", 5), "20001000000021", "s-17", "S-18"],
    "position": range(5),
    "reason": [*["Noise", "Noise", "Ink", "Crumbs"] * 3, " "],
    "why": [*["Examination", "Disaster"] * 5, " "],
    "override": [*[OVERRIDABLE] * 4, (), NEVER],
    "days": [1, 2, 3, 5, 8],
    "soon": range(-2, 13),
    "until": [None, *range(4), 9, -1],
    "yes": [False, True],
    "address": ["", "1 Palace Square"],
    "weekdays": ["12345", "1234567", "25", "", "18"],
}
"""What steps are made of, by the names of their arguments."""


class Step(NamedTuple):
    """A command, what makes one for a library as it is, and the names of what it is made of, beside the library."""

    command: Any
    take: Callable[..., Any]
    takes: Sequence[str]


STEPS: list[Step] = []
"""Those that take more to choose than a declaration can say. What is taken more often is here more than once."""


class NothingToDo(Exception):
    """Nothing in the library is fit for a step."""


def step(weight: int) -> Callable[[T], T]:
    def register(take: T) -> T:
        STEPS.extend([Step(get_type_hints(take)["return"], take, list(signature(take).parameters)[1:])] * weight)
        return take

    return register


def steps() -> list[Step]:
    """All there are: those of this file, and those that are declared of the commands, by step=."""
    declared = [(each.operation.message, each.step) for each in declarations() if each.step]
    return STEPS + [plain(message, about) for message, about in declared for _ in range(about.weight)]


def choices(step: Step) -> dict[str, Sequence[Any]]:
    """Of each argument of a step, what it is chosen from."""
    if lacking := set(step.takes) - ARGUMENTS.keys():
        what = f"{' or '.join(lacking)} to choose in the model"
        where = "take the step in a function with @step in tests/model_steps.py, or add some to ARGUMENTS there"
        missing(operation_of(step.command), what, where, 5)
    return {name: ARGUMENTS[name] for name in step.takes}


def plain(message: type[Any], about: About) -> Step:
    """The message about something that is mostly in one of these states, and with any of the other arguments."""
    names = {"book_id": "book", "user_id": "person", "reservation_id": "reservation"}
    names |= {"override_reason": "why", "barcode": "card"}
    takes = {field.name: names.get(field.name, field.name) for field in fields(message)}

    def take(library: Library, **chosen: Any) -> Any:
        things: dict[str, tuple[dict[UUID, Any], Callable[[Any], str]]] = {
            "book": (library.copies, lambda copy: copy.status),
            "person": (library.people, library.status),
            "reservation": (library.waits, library.state),
        }
        for name in things.keys() & chosen:
            among, state = things[name]
            suiting = [each for each in among.values() if not about.states or state(each) in about.states]
            chosen[name] = picked(chosen[name], among, suiting.__contains__)
        return message(**{field: chosen[name] for field, name in takes.items()})

    return Step(message, take, list(takes.values()))


def picked(which: int, among: dict[UUID, Any], suits: Callable[[Any], object]) -> UUID:
    """One of those that suit, rarely another one, or none at all. Raises NothingToDo."""
    if which == WHICH[-1]:
        return UNKNOWN
    candidates = list(among) if which >= 17 else [key for key, each in among.items() if suits(each)]
    if not candidates:
        raise NothingToDo
    return candidates[which % len(candidates)]


def a_book(library: Library, which: int, *statuses: str) -> UUID:
    return picked(which, library.copies, lambda copy: not statuses or copy.status in statuses)


def a_person(library: Library, which: int, suits: Callable[[Person], object] = bool) -> UUID:
    return picked(which, library.people, suits)


def who_may_reserve(library: Library, which: int, book_id: UUID) -> UUID:
    def suits(person: Person) -> bool:
        return not refusals(library, PlaceReservation(book_id=book_id, user_id=person.id))

    return a_person(library, which, suits)


def in_days(library: Library, days: int) -> date:
    return library.today + timedelta(days=days)


# Lending


@step(3)
def lend(library: Library, book: int, person: int) -> BorrowBook:
    user_id = a_person(library, person, lambda each: not not_to_borrow(library, None, each.id))
    return BorrowBook(book_id=a_book(library, book, "AVAILABLE"), user_id=user_id)


@step(2)
def lend_to_whom_it_waits_for(library: Library, book: int) -> BorrowBook:
    book_id = a_book(library, book, "ON_HOLD")
    copy = library.copies.get(book_id)
    user_id = library.waiting_user(copy) if copy else None
    return BorrowBook(book_id=book_id, user_id=user_id or UNKNOWN)


@step(3)
def lend_in_spite(library: Library, book: int, person: int, yes: bool, override: Any, why: str) -> BorrowBook:
    book_id = a_book(library, book, "MISSING" if yes else "ON_HOLD")
    user_id = a_person(library, person)
    return BorrowBook(book_id=book_id, user_id=user_id, report_found=yes, override=override, override_reason=why)


@step(2)
def take_over_a_loan(library: Library, book: int, person: int, days: int, soon: int, until: int | None) -> TakeOverLoan:
    since = None if until == 9 else in_days(library, min(soon, 2) - 2 * days)
    due_on = None if until is None else in_days(library, until - days)
    return TakeOverLoan(
        book_id=a_book(library, book, "AVAILABLE"), user_id=a_person(library, person), borrowed_on=since, due_on=due_on
    )


@step(1)
def take_over_the_same_loan(library: Library, book: int) -> TakeOverLoan:
    copy = library.copies.get(a_book(library, book, "BORROWED"))
    since = localdate(copy.borrowed_at) if copy and copy.borrowed_at else library.today
    return TakeOverLoan(
        book_id=copy.id if copy else UNKNOWN, user_id=(copy and copy.borrower) or UNKNOWN, borrowed_on=since
    )


def done_last(library: Library, which: int, did: str) -> UUID:
    """A book of which this is what was done last, today."""
    last = did, library.today
    return picked(which, library.copies, lambda copy: (copy.undo.get("did"), copy.undo.get("day")) == last)


@step(3)
def undo_a_return(library: Library, book: int) -> UndoReturn:
    return UndoReturn(book_id=done_last(library, book, "return"))


@step(2)
def undo_a_loan(library: Library, book: int) -> UndoLoan:
    return UndoLoan(book_id=done_last(library, book, "loan"))


@step(1)
def undo_a_renewal(library: Library, book: int) -> UndoRenewal:
    return UndoRenewal(book_id=done_last(library, book, "renewal"))


# Reservations


@step(2)
def reserve(library: Library, book: int, person: int) -> PlaceReservation:
    book_id = a_book(library, book)
    return PlaceReservation(book_id=book_id, user_id=who_may_reserve(library, person, book_id))


@step(4)
def reserve_what_is_out(library: Library, book: int, person: int, override: Any, why: str) -> PlaceReservation:
    book_id = a_book(library, book, "BORROWED", "MISSING", "WITHDRAWN")
    user_id = who_may_reserve(library, person, book_id)
    return PlaceReservation(book_id=book_id, user_id=user_id, override=override, override_reason=why)


# People


@step(2)
def suspend(library: Library, person: int, reason: str, until: int | None) -> SuspendUser:
    user_id = a_person(library, person, lambda each: each.staff or library.borrowed(each))
    return SuspendUser(user_id=user_id, reason=reason, until=None if until is None else in_days(library, until))


@step(1)
def register(
    library: Library,
    name: str | None,
    email: str | None,
    card: str | None,
    birth_date: date | None,
    yes: bool,
    why: str,
) -> RegisterUser:
    if len(library.people) == MOST_PEOPLE:
        raise NothingToDo
    person: Any = {"name": name or "", "email": email or "", "barcode": card or "", "birth_date": birth_date}
    return RegisterUser(**person, override=("maybe_registered",) if yes else (), override_reason=why if yes else "")


# The calendar


@step(2)
def pass_time(library: Library, days: int) -> None:
    library.now += timedelta(days=days)


@step(1)
def set_exception(library: Library, soon: int, yes: bool) -> SetCalendarException:
    return SetCalendarException(day=in_days(library, soon), is_open=yes)


@step(2)
def close(library: Library, soon: int, days: int) -> AddClosure:
    return AddClosure(first=in_days(library, soon), last=in_days(library, soon + days - 2))


@step(1)
def reopen(library: Library, book: int) -> CancelClosure:
    return CancelClosure(closure_id=picked(book, dict(library.closures), bool))


@step(1)
def set_weekdays(library: Library, weekdays: str) -> SetOpeningWeekdays:
    return SetOpeningWeekdays(weekdays=weekdays)


@step(1)
def set_name(library: Library, name: str | None, address: str) -> SetNameAndAddress:
    return SetNameAndAddress(name=name or "", address=address)


# The catalogue


@step(2)
def add(
    library: Library, title: str | None, isbn: str, author: str | None, yes: bool, copy_number: int, label: str | None
) -> AddNewBook:
    if len(library.copies) >= MOST_BOOKS:
        raise NothingToDo
    book: Any = {"title": title or "", "isbn": isbn, "author_name": author, "barcode": label or ""}
    return AddNewBook(**book, only_if_new=yes, copy_number=copy_number)


@step(1)
def add_copies(library: Library, book: int, copies: int, label: str | None) -> AddCopies:
    if len(library.copies) >= MOST_BOOKS:
        raise NothingToDo
    return AddCopies(book_id=a_book(library, book, "BORROWED", "MISSING"), copies=copies, barcode=label or "")


@step(1)
def correct(
    library: Library, book: int, title: str | None, author: str | None, shelf_mark: str | None, label: str | None
) -> CorrectBook:
    changes: Any = {"title": title, "author_name": author, "shelf_mark": shelf_mark, "barcode": label}
    return CorrectBook(book_id=a_book(library, book), **changes)


@step(3)
def correct_isbn(library: Library, book: int, isbn: str, yes: bool) -> CorrectBook:
    wanted = [key for key, queue in library.queues.items() if queue and len(key) == 13]
    book_id = a_book(library, book, "AVAILABLE", "MISSING", "WITHDRAWN")
    return CorrectBook(book_id=book_id, isbn=wanted[0] if wanted and yes else isbn)
