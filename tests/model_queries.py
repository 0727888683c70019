"""What the queries answer, by the model: for each query the rows, as the fields that are compared."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from catalog.queries import SearchBooks
from circulation import queries
from tests.model import Copy, Library, Loan, Person, Wait, other_days
from tests.model_commands import author_id

Row = dict[str, Any]


def about_book(library: Library, copy: Copy) -> Iterator[tuple[Any, list[Row]]]:
    """What there is to ask of a book and its title."""
    yield queries.GetBookFile(book_id=copy.id), [book_file(library, copy)]
    yield queries.GetReservationQueue(book_id=copy.id, page_size=2), waiting_list(library, copy)
    yield queries.GetBookHistory(book_id=copy.id), past(library, copy=copy.id)
    yield SearchBooks(q=copy.barcode), [found_book(library, copy)]


def about_person(library: Library, person: Person) -> Iterator[tuple[Any, list[Row]]]:
    """What there is to ask of a person."""
    yield queries.GetUserFile(user_id=person.id), [user_file(library, person)]
    yield (
        queries.GetBorrowedBooksByUser(user_id=person.id),
        [lent(library, each) for each in by_due(library.borrowed(person))],
    )
    yield queries.GetReservationsByUser(user_id=person.id), reserved(library, person)
    yield queries.GetPastLoansByUser(user_id=person.id), past(library, user=person.id)
    yield queries.SearchUsers(q=person.barcode), [found_user(library, person)]


def lists(library: Library) -> Iterator[tuple[Any, list[Row]]]:
    """What there is to ask of the library."""
    copies = sorted(library.copies.values(), key=lambda copy: copy.id)
    out, week = by_due([copy for copy in copies if copy.borrower]), library.today + timedelta(days=7)
    overdue = [copy for copy in out if copy.due_on and copy.due_on < library.today]
    soon = [copy for copy in out if copy.due_on and library.today <= copy.due_on <= week]
    yield queries.GetOverdueLoans(page_size=2), [open_loan(library, copy) for copy in overdue]
    by_person = sorted(overdue, key=lambda copy: (copy.borrower, copy.due_on, copy.id))
    yield queries.GetOverdueLoans(by_person=True), [open_loan(library, copy) for copy in by_person]
    yield queries.GetLoansDue(last=week), [open_loan(library, copy) for copy in soon]
    yield queries.GetHoldShelf(), held(library)
    yield SearchBooks(q="", recent=True, page_size=3), [found_book(library, copy) for copy in reversed(copies)]
    people = sorted(library.people.values(), key=lambda person: person.id, reverse=True)
    yield queries.SearchUsers(q="", recent=True, page_size=3), [found_user(library, each) for each in people]
    yield queries.GetClosures(page_size=2), closures(library)
    yield queries.GetLibrary(), [settings(library)]
    yield queries.GetStockByState(page_size=3), stock(copies, overdue)
    yield queries.GetOverdueByAge(), by_age(library, overdue)
    yield queries.GetMissingBooks(), by_title([named(library, copy) for copy in copies if copy.status == "MISSING"])
    for isbn in {copy.isbn for copy in copies if copy.isbn}:
        yield SearchBooks(q=isbn), by_title([found_book(library, copy) for copy in copies if copy.isbn == isbn])
    yield (
        SearchBooks(q="a", status="AVAILABLE"),
        by_title([found_book(library, copy) for copy in copies if copy.status == "AVAILABLE" and begins(copy, "a")]),
    )


def settings(library: Library) -> Row:
    weekdays = other_days(library.policy.closed)
    return {"name": library.name, "address": library.address, "weekdays": weekdays}


def closures(library: Library) -> list[Row]:
    """Those to come by their days, then those that are over, the last one first."""
    spans = [(first, last, False, closure) for closure, (first, last) in library.closures.items()]
    days = [(day, day, is_open, None) for day, is_open in library.calendar.items()]
    to_come = sorted((each for each in spans + days if each[1] >= library.today), key=in_order)
    over = sorted((each for each in spans + days if each[1] < library.today), key=in_order, reverse=True)
    return [dict(zip(("first", "last", "is_open", "id"), each, strict=True)) for each in to_come + over]


def in_order(each: Any) -> Any:
    return each[0]


def stock(copies: list[Copy], overdue: list[Copy]) -> list[Row]:
    late = {"BORROWED": len(overdue)}
    return [
        {"status": each, "books": sum(copy.status == each for copy in copies), "overdue": late.get(each, 0)}
        for each in ("AVAILABLE", "BORROWED", "ON_HOLD", "MISSING", "WITHDRAWN")
    ]


def by_age(library: Library, overdue: list[Copy]) -> list[Row]:
    days = [(library.today - copy.due_on).days for copy in overdue if copy.due_on]
    ages = [(1, 7), (8, 14), (15, 28), (29, 90), (91, None)]
    return [
        {"days_from": first, "days_to": last, "loans": sum(first <= each <= (last or each) for each in days)}
        for first, last in ages
    ]


def begins(copy: Copy, letters: str) -> bool:
    """Whether the title or the author's name begins so, or has it as a word: as one letter is found."""
    texts = (copy.title.casefold(), copy.author.casefold())
    return any(text.startswith(letters) or letters in text.split() for text in texts)


def by_title(rows: list[Row]) -> list[Row]:
    return sorted(
        rows, key=lambda row: (row["title"].casefold(), row["author_name"].casefold(), row["isbn"], row["id"])
    )


def by_due(copies: list[Copy]) -> list[Copy]:
    return sorted(copies, key=lambda copy: (copy.due_on, copy.id))


def named(library: Library, copy: Copy) -> Row:
    row = {"id": copy.id, "title": copy.title, "isbn": copy.isbn, "author_name": copy.author}
    return row | {"author_id": author_id(library, copy.author)}


def labelled(copy: Copy) -> Row:
    row = {"id": copy.id, "title": copy.title, "barcode": copy.barcode, "author_name": copy.author}
    return row | {"shelf_mark": copy.shelf_mark}


def name_of(library: Library, user_id: object) -> str | None:
    return next((person.name for person in library.people.values() if person.id == user_id), None)


def found_book(library: Library, copy: Copy) -> Row:
    return named(library, copy) | {
        "barcode": copy.barcode,
        "shelf_mark": copy.shelf_mark,
        "status": copy.status,
        "borrower_id": copy.borrower,
        "borrower_name": name_of(library, copy.borrower),
        "due_on": copy.due_on,
        "reserved_for_name": name_of(library, library.waiting_user(copy)),
    }


def book_file(library: Library, copy: Copy) -> Row:
    copies = [each for each in library.title(copy.key) if each.status != "WITHDRAWN"]
    return found_book(library, copy) | {
        "loan_id": copy.loan,
        "borrowed_at": copy.borrowed_at,
        "renewals": copy.renewals,
        "reservation_id": copy.wait,
        "reserved_for_user_id": library.waiting_user(copy),
        "held_until": copy.held_until,
        "last_done": copy.undo.get("did") if copy.undo.get("is_undone") else None,
        "due_before": copy.undo.get("due_on"),
        "copies": len(copies),
        "copies_available": sum(each.status == "AVAILABLE" for each in copies),
        "queued": len(library.queue(copy.key)),
    }


def waiting_list(library: Library, copy: Copy) -> list[Row]:
    waiting = [wait for wait in library.open_waits(copy.key) if library.copy_for(wait)]
    queue = [library.waits[each] for each in library.queue(copy.key)]
    in_order = sorted(waiting, key=lambda wait: wait.id) + queue
    return [standing(library, wait) | who_waits(library, wait.user) for wait in in_order]


def who_waits(library: Library, user_id: UUID) -> Row:
    person = library.people[user_id]
    return {"user_id": user_id, "user_status": library.status(person)} | named_person(person)


def named_person(person: Person) -> Row:
    """What tells people of one name apart."""
    return {"user_name": person.name, "user_birth_date": person.birth_date, "user_barcode": person.barcode}


def standing(library: Library, wait: Wait) -> Row:
    copy = library.copy_for(wait)
    return {
        "id": wait.id,
        "state": library.state(wait),
        "position": 0 if copy else library.queue(wait.key).index(wait.id) + 1,
        "placed_at": wait.placed_at,
        "waiting_book_id": copy and copy.id,
        "held_until": copy and copy.held_until,
    }


def reserved(library: Library, person: Person) -> list[Row]:
    waits = [wait for wait in library.waits.values() if wait.user == person.id and wait.status == "OPEN"]
    return [standing(library, wait) for wait in sorted(waits, key=lambda wait: wait.id)]


def lent(library: Library, copy: Copy) -> Row:
    return named(library, copy) | {"loan_id": copy.loan, "borrowed_at": copy.borrowed_at, "due_on": copy.due_on}


def open_loan(library: Library, copy: Copy) -> Row:
    (person,) = (person for person in library.people.values() if person.id == copy.borrower)
    row = labelled(copy) | {"user_id": person.id, "user_email": person.email} | named_person(person)
    return row | {"loan_id": copy.loan, "due_on": copy.due_on, "renewals": copy.renewals}


def held(library: Library) -> list[Row]:
    waits = [wait for wait in library.waits.values() if library.copy_for(wait)]
    rows = [held_for(library.people[wait.user], wait, library) for wait in waits]
    return sorted(rows, key=lambda row: (row["held_until"], row["id"]))


def held_for(person: Person, wait: Wait, library: Library) -> Row:
    copy = library.copy_for(wait)
    assert copy
    user = {"user_id": person.id, "user_status": library.status(person)} | named_person(person)
    return labelled(copy) | user | {"reservation_id": wait.id, "held_until": copy.held_until}


def past(library: Library, **whose: object) -> list[Row]:
    """The past loans of a copy or a user, the last one first."""
    loans = [loan for loan in library.loans if all(getattr(loan, name) == value for name, value in whose.items())]
    return [past_loan(loan) | other_end(library, loan, *whose) for loan in reversed(loans)]


def past_loan(loan: Loan) -> Row:
    fields = ("borrowed_at", "due_on", "ended_at", "ending", "resolved_at")
    return {name: getattr(loan, name) for name in fields} | {"id": loan.id, "loan_id": loan.id}


def other_end(library: Library, loan: Loan, whose: str) -> Row:
    """Of a loan of a copy, who had it; of one of a user, what."""
    if whose == "copy":
        return {"user_id": loan.user} | named_person(library.people[loan.user])
    copy = library.copies[loan.copy]
    return {"book_id": copy.id, "title": copy.title, "author_name": copy.author}


def user_file(library: Library, person: Person) -> Row:
    waits = reserved(library, person)
    row = {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "barcode": person.barcode,
        "birth_date": person.birth_date,
        "status": library.status(person),
        "loans": len(library.borrowed(person)),
        "loan_limit": library.limit(person),
        "overdue": len(library.overdue(person)),
        "waiting": sum(each["state"] == "WAITING" for each in waits),
        "queued": sum(each["state"] == "QUEUED" for each in waits),
    }
    return row | suspension(library, person)


def found_user(library: Library, person: Person) -> Row:
    row = {"id": person.id, "name": person.name, "email": person.email, "barcode": person.barcode}
    return row | {"status": library.status(person)} | suspension(library, person)


def suspension(library: Library, person: Person) -> Row:
    """Why, by whom, since when and until when somebody is suspended; of what is over, the comment stands."""
    if person.staff and not library.bars(person):
        return {} if library.losses(person) else {"suspended_at": None, "suspended_by": "", "suspended_until": None}
    row: Row = {"status_comment": library.comment(person)}
    if library.is_suspended(person) and person.since:
        since = {"suspended_at": person.since[0], "suspended_by": person.since[1]}
        row |= since | {"suspended_until": person.staff and person.staff[1]}
    return row
