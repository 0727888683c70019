"""What each command does to the model: the refusals it meets, or the answer that it gives."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.timezone import localdate, make_aware

from catalog import commands as catalogue
from circulation import commands as circulation
from library_site.cqrs.operations import operation_of
from library_site.cqrs.texts import long_date
from tests.doors import missing
from tests.model import GONE, UNKNOWN, Copy, Library, Person, Wait, barcode, other_days

Refusals = list[str]
Answers = Callable[[Library, Any, Any], dict[str, Any]]

NOT_FOUND, INVALID = ["not_found"], ["invalid"]


def no_refusals(library: Library, command: Any) -> Refusals:
    return []


class Known(NamedTuple):
    """What the model knows of a command."""

    refuses: Callable[[Library, Any], Refusals]
    answers: Callable[[Library, Any, Any], dict[str, Any]]


KNOWN: dict[type, Known] = {}


def does(command: type, *, refuses: Callable[[Library, Any], Refusals] = no_refusals) -> Callable[[Answers], Answers]:
    """The decorated function carries the command out on the model, when `refuses` finds nothing in its way."""

    def register_answers(answers: Answers) -> Answers:
        KNOWN[command] = Known(refuses, answers)
        return answers

    return register_answers


def known(command: type[Any]) -> Known:
    """What the model knows of a command."""
    if command not in KNOWN:
        where = f"say what it does, by a function with @does({command.__name__}, refuses=…) in tests/model_commands.py"
        missing(operation_of(command), "place in the model", where, 5)
    return KNOWN[command]


def refusals(library: Library, command: Any) -> Refusals:
    """The codes of all that stands in the way of a command; empty when it is to be carried out."""
    return known(type(command)).refuses(library, command)


def answer(library: Library, command: Any, given: Any) -> dict[str, Any]:
    """Carry a command out on the model: the fields of the answer. New ids are taken from the one that was `given`."""
    return known(type(command)).answers(library, command, given)


def left(library: Library, command: Any, problems: Iterable[str], overridable: set[str]) -> Refusals:
    """What an override leaves of the problems; it takes a reason, and is of what the actor may override."""
    if command.override and not command.override_reason.strip():
        return [*INVALID, *problems]
    may_override = overridable if library.may_override else set()
    standing = [each for each in problems if each not in may_override.intersection(command.override)]
    return standing or ([] if may_override.issuperset(command.override) else INVALID)


# Lending


def refuse_borrowing(library: Library, command: Any) -> Refusals:
    if library.lent_until(library.today) is None:
        return ["library_never_opens"]
    copy = library.copies.get(command.book_id)
    if copy and copy.status == "MISSING" and command.report_found:
        library = deepcopy(library)
        copy = library.copies[copy.id]
        find(library, copy)
    problems = [*not_to_be_lent(library, copy, command.user_id), *not_to_borrow(library, copy, command.user_id)]
    overridable = {"book_reserved", "user_suspended", "loan_limit_reached", "overdue_limit_reached"}
    return left(library, command, problems, overridable)


def not_to_be_lent(library: Library, copy: Copy | None, user_id: UUID) -> Refusals:
    if copy is None:
        return NOT_FOUND
    if copy.status == "ON_HOLD":
        return [] if library.waiting_user(copy) == user_id else ["book_reserved"]
    return [] if copy.status == "AVAILABLE" else ["book_not_available"]


def not_to_borrow(library: Library, copy: Copy | None, user_id: UUID) -> Refusals:
    """What there is against somebody, who may have the copy already: that is no other book."""
    person = library.people.get(user_id)
    if person is None:
        return NOT_FOUND
    others = [each for each in library.borrowed(person) if each is not copy]
    overdue = [each for each in library.overdue(person) if each is not copy]
    problems = {
        "user_suspended": library.is_suspended(person),
        "loan_limit_reached": len(others) >= library.limit(person),
        "overdue_limit_reached": 0 < library.policy.overdue_limit <= len(overdue),
    }
    return [code for code, stands in problems.items() if stands]


@does(circulation.BorrowBook, refuses=refuse_borrowing)
def borrow(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    was_missing = copy.status == "MISSING"
    wait = library.wait_of(command.user_id, copy.key)
    is_undone = not was_missing and copy.wait == (wait and wait.id)
    undo = {"did": "loan", "day": library.today, "is_undone": is_undone, "wait": wait, "held_until": copy.held_until}
    concerns_queue = was_missing or wait or copy.wait
    if library.waiting_user(copy) != command.user_id:
        library.release(copy)
    if wait:
        library.end_wait(wait, "FULFILLED")
    copy.become("BORROWED")
    copy.borrower, copy.borrowed_at, copy.due_on = command.user_id, library.now, library.lent_until(library.today)
    copy.loan, copy.undo = given.loan_id, undo
    assert copy.loan
    if was_missing:
        library.resolve(copy)
    if concerns_queue:
        library.serve(library.title(copy.key))
    return {"book_id": copy.id, "user_id": command.user_id, "due_on": copy.due_on, "loan_id": copy.loan}


def refuse_renewing(library: Library, command: Any) -> Refusals:
    copy = library.copies.get(command.book_id)
    if copy is None:
        return NOT_FOUND
    if copy.borrower is None:
        return ["book_not_on_loan"]
    until = renewed_until(library, copy)
    if until is None:
        return ["library_never_opens"]
    problems = {
        "renewal_limit_reached": copy.renewals >= library.policy.renewals,
        "renewal_moves_nothing": until == copy.due_on,
        "book_reserved": bool(library.queue(copy.key)),
        "user_suspended": library.is_suspended(library.people[copy.borrower]),
    }
    standing = [code for code, stands in problems.items() if stands]
    return left(library, command, standing, problems.keys() - {"renewal_moves_nothing"})


def renewed_until(library: Library, copy: Copy) -> date | None:
    return library.lent_until(max(copy.due_on or library.today, library.today))


@does(circulation.RenewLoan, refuses=refuse_renewing)
def renew(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    copy.undo = {"did": "renewal", "day": library.today, "is_undone": True, "due_on": copy.due_on}
    copy.due_on, copy.renewals = renewed_until(library, copy), copy.renewals + 1
    return loan_again(copy)


# Coming back


def refuse_unknown_book(library: Library, command: Any) -> Refusals:
    return [] if command.book_id in library.copies else NOT_FOUND


def find(library: Library, copy: Copy) -> UUID | None:
    """A book is here that was not: whom that lets borrow again."""
    copy.become("AVAILABLE")
    reinstated = library.resolve(copy)
    library.serve(library.title(copy.key))
    return reinstated


@does(circulation.ReturnBook, refuses=refuse_unknown_book)
def give_back(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    before = copy.status
    loan = library.end_loan(copy, "RETURNED")
    if before in {"BORROWED", "MISSING"}:
        copy.become("AVAILABLE")
    loss = next((each for each in library.loans if each.copy == copy.id and library.stands(each)), None)
    before_it_came = [*library.queue(copy.key)]
    reinstated = library.resolve(copy)
    passed_over = library.serve(library.title(copy.key))
    if before in {"BORROWED", "MISSING"}:
        undo = {"did": "return", "day": library.today, "is_undone": bool(loan), "loan": loan}
        copy.undo = undo | {"before": before_it_came, "queue": [*library.queue(copy.key)]}
    return {
        "book_id": copy.id,
        "user_id": loan and loan.user,
        "was_missing": before == "MISSING",
        "reinstated_user_id": reinstated,
        "passed_over_user_ids": passed_over,
        "lost_by_user_id": loss and loss.user,
        **shelf(library, copy),
    }


def shelf(library: Library, copy: Copy) -> dict[str, Any]:
    """Where a copy belongs that is here."""
    return {
        "book_status": copy.status,
        "reservation_id": copy.wait,
        "reserved_for_user_id": library.waiting_user(copy),
        "held_until": copy.held_until,
    }


# Undone


def not_to_undo(library: Library, copy: Copy | None, did: str) -> Refusals:
    if copy is None:
        return NOT_FOUND
    if (copy.undo.get("did"), copy.undo.get("day")) != (did, library.today):
        return ["nothing_to_undo"]
    return [] if copy.undo["is_undone"] else ["cannot_be_undone"]


def refuse_undoing_return(library: Library, command: Any) -> Refusals:
    copy = library.copies.get(command.book_id)
    if refused := not_to_undo(library, copy, "return"):
        return refused
    assert copy
    user_id, is_held = copy.undo["loan"].user, copy.wait is not None
    is_overtaken = library.wait_of(user_id, copy.key) or (is_held and library.queue(copy.key) != copy.undo["queue"])
    against = (each for each in not_to_borrow(library, copy, user_id) if each != "overdue_limit_reached")
    return [*(["undo_overtaken"] if is_overtaken else []), *against]


@does(circulation.UndoReturn, refuses=refuse_undoing_return)
def undo_return(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    loan, queued, queue = copy.undo["loan"], library.waiting_user(copy), library.queue(copy.key)
    library.loans = [each for each in library.loans if each.id != loan.id]
    if queued:  # in the place of before
        queue[:] = [each for each in copy.undo["before"] if each in queue or each == copy.wait]
    copy.become("BORROWED")
    copy.borrower, copy.loan, copy.renewals = loan.user, loan.id, loan.renewals
    copy.borrowed_at, copy.due_on = loan.borrowed_at, loan.due_on
    if queued:
        library.serve(library.title(copy.key))
    return loan_again(copy) | {"queued_user_id": queued}


def loan_again(copy: Copy) -> dict[str, Any]:
    dates = {"due_on": copy.due_on, "renewals": copy.renewals}
    return {"book_id": copy.id, "user_id": copy.borrower, "loan_id": copy.loan} | dates


def refuse_undoing_loan(library: Library, command: Any) -> Refusals:
    copy = library.copies.get(command.book_id)
    if refused := not_to_undo(library, copy, "loan"):
        return refused
    assert copy
    wait = copy.undo["wait"]
    others = [each.borrower for each in library.title(copy.key) if each is not copy]
    is_overtaken = wait.key != copy.key or wait.user in others if wait else bool(library.next_in_turn(copy.key))
    return ["undo_overtaken"] if is_overtaken else []


@does(circulation.UndoLoan, refuses=refuse_undoing_loan)
def undo_loan(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    user_id, undo = copy.borrower, copy.undo
    copy.become("ON_HOLD" if undo["wait"] else "AVAILABLE")
    if undo["wait"]:
        wait = library.waits[undo["wait"].id]
        wait.status, wait.ended_at = "OPEN", None
        copy.wait, copy.held_until = wait.id, undo["held_until"]
    return {"book_id": copy.id, "user_id": user_id} | shelf(library, copy)


def refuse_undoing_renewal(library: Library, command: Any) -> Refusals:
    return not_to_undo(library, library.copies.get(command.book_id), "renewal")


@does(circulation.UndoRenewal, refuses=refuse_undoing_renewal)
def undo_renewal(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    copy.due_on, copy.renewals, copy.undo = copy.undo["due_on"], copy.renewals - 1, {}
    return loan_again(copy)


# Getting lost


def refuse_missing(library: Library, command: Any) -> Refusals:
    codes = {"MISSING": ["book_already_missing"], "WITHDRAWN": ["book_withdrawn"]}
    return refuse_unknown_book(library, command) or codes.get(library.copies[command.book_id].status, [])


@does(circulation.ReportMissingBook, refuses=refuse_missing)
def lose(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    loss = library.end_loan(copy, "MISSING")
    library.release(copy)
    copy.become("MISSING")
    if loss:
        library.suspending(library.people[loss.user])
        loss.line, loss.suspends = f"“{copy.title}” was reported missing on {long_date(library.today)}.", True
    library.serve(library.title(copy.key))
    return {"book_id": copy.id, "user_id": loss and loss.user}


def refuse_finding(library: Library, command: Any) -> Refusals:
    if refused := refuse_unknown_book(library, command):
        return refused
    return [] if library.copies[command.book_id].status == "MISSING" else ["book_not_missing"]


@does(circulation.ReportFoundBook, refuses=refuse_finding)
def report_found(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    return {"book_id": copy.id, "reinstated_user_id": find(library, copy), **shelf(library, copy)}


def refuse_restoring(library: Library, command: Any) -> Refusals:
    if refused := refuse_unknown_book(library, command):
        return refused
    return [] if library.copies[command.book_id].status == "WITHDRAWN" else ["book_not_withdrawn"]


@does(circulation.RestoreBook, refuses=refuse_restoring)
def restore(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    fields = {"book_id": copy.id, "reinstated_user_id": find(library, copy)}
    return fields | {"reserved_for_user_id": library.waiting_user(copy)}


def refuse_withdrawing(library: Library, command: Any) -> Refusals:
    if not command.reason.strip():
        return INVALID
    if refused := refuse_unknown_book(library, command):
        return refused
    copy = library.copies[command.book_id]
    if copy.status in {"WITHDRAWN", "BORROWED"}:
        return ["book_already_withdrawn" if copy.status == "WITHDRAWN" else "book_on_loan"]
    others = [each for each in library.title(copy.key) if each is not copy and each.status not in GONE]
    last = not others and library.open_waits(copy.key)
    return left(library, command, ["last_copy_reserved"] if last else [], {"last_copy_reserved"})


@does(circulation.WithdrawBook, refuses=refuse_withdrawing)
def withdraw(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    queued = library.waiting_user(copy)
    library.release(copy)
    copy.become("WITHDRAWN")
    library.serve(library.title(copy.key))
    return {"book_id": copy.id, "queued_user_id": queued}


# Reservations


def refuse_reserving(library: Library, command: Any) -> Refusals:
    copy, person = library.copies.get(command.book_id), library.people.get(command.user_id)
    if copy is None:
        return NOT_FOUND
    if all(each.status == "WITHDRAWN" for each in library.title(copy.key)):
        return ["book_withdrawn"]
    if person is None:
        return NOT_FOUND
    problems = {
        "title_already_borrowed": any(each.key == copy.key for each in library.borrowed(person)),
        "title_already_reserved": library.wait_of(person.id, copy.key) is not None,
        "user_suspended": library.is_suspended(person),
    }
    return left(library, command, [code for code, stands in problems.items() if stands], {"user_suspended"})


@does(circulation.PlaceReservation, refuses=refuse_reserving)
def reserve(library: Library, command: Any, given: Any) -> dict[str, Any]:
    key = library.copies[command.book_id].key
    wait = Wait(given.reservation_id, command.user_id, key, library.now)
    library.waits[wait.id] = wait
    library.queue(key).append(wait.id)
    library.serve(library.title(key))
    copy = library.copy_for(wait)
    return {
        "reservation_id": wait.id,
        "user_id": wait.user,
        "position": 0 if copy else len(library.queue(key)),
        "waiting_book_id": copy and copy.id,
        "held_until": copy and copy.held_until,
    }


def refuse_ended(library: Library, command: Any) -> Refusals:
    wait = library.waits.get(command.reservation_id)
    if wait is None:
        return NOT_FOUND
    return [] if wait.status == "OPEN" else ["reservation_ended"]


@does(circulation.CancelReservation, refuses=refuse_ended)
def cancel(library: Library, command: Any, given: Any) -> dict[str, Any]:
    wait = library.waits[command.reservation_id]
    copy = library.end_wait(wait, "CANCELLED")
    library.serve(library.title(wait.key))
    return {
        "reservation_id": wait.id,
        "user_id": wait.user,
        "released_book_id": copy and copy.id,
        "reserved_for_user_id": copy and library.waiting_user(copy),
        "book_id": named(library, wait, given),
    }


def named(library: Library, wait: Wait, given: Any) -> UUID | None:
    """The book of the answer, if it is a copy of the title for which somebody waits."""
    return next((copy.id for copy in library.title(wait.key) if copy.id == given.book_id), None)


def refuse_moving(library: Library, command: Any) -> Refusals:
    if command.position < 1 or not command.reason.strip():
        return INVALID
    if refused := refuse_ended(library, command):
        return refused
    return ["reservation_waits"] if library.copy_for(library.waits[command.reservation_id]) else []


@does(circulation.MoveReservation, refuses=refuse_moving)
def move(library: Library, command: Any, given: Any) -> dict[str, Any]:
    wait = library.waits[command.reservation_id]
    queue = library.queue(wait.key)
    queue.remove(wait.id)
    queue.insert(command.position - 1, wait.id)
    fields = {"reservation_id": wait.id, "user_id": wait.user, "position": queue.index(wait.id) + 1}
    return fields | {"book_id": named(library, wait, given)}


@does(circulation.ExpireReservations)
def expire(library: Library, command: Any, given: Any) -> dict[str, Any]:
    late = [copy for copy in library.copies.values() if copy.held_until and copy.held_until < library.today]
    waits = [library.waits[copy.wait] for copy in late if copy.wait]
    for copy in library.copies.values():
        copy.undo = copy.undo if copy.undo.get("day") == library.today else {}
    for wait in waits:
        library.end_wait(wait, "EXPIRED")
    for key in list(library.queues):
        library.serve(library.title(key))
    return {"reservation_ids": {wait.id for wait in waits}, "book_ids": {copy.id for copy in late}}


# People


def refuse_unknown_person(library: Library, command: Any) -> Refusals:
    return [] if command.user_id in library.people else NOT_FOUND


def refuse_registering(library: Library, command: Any) -> Refusals:
    if not command.name.strip() or (command.email and "@" not in command.email):
        return INVALID
    refused = refuse_barcode(library, command.barcode, "2", None)
    return refused or left(
        library, command, ["maybe_registered"] * is_registered(library, command), {"maybe_registered"}
    )


def is_registered(library: Library, command: Any) -> bool:
    """Whether somebody of this name has this e-mail address, or was born on this day."""
    return any(
        person.name.casefold() == command.name.casefold()
        and (
            (command.email and person.email.casefold() == command.email.casefold())
            or (command.birth_date and person.birth_date == command.birth_date)
        )
        for person in library.people.values()
    )


def refuse_barcode(library: Library, text: str, kind: str, owner: UUID | None) -> Refusals:
    if text.isdigit() and text != barcode(kind, int(text[5:13])):
        return INVALID
    return ["barcode_taken"] if library.codes.get(text.upper(), owner) != owner else []


@does(circulation.RegisterUser, refuses=refuse_registering)
def register(library: Library, command: Any, given: Any) -> dict[str, Any]:
    card = library.label("2", command.barcode, given.user_id)
    person = Person(given.user_id, command.name, command.email, card, command.birth_date)
    library.people[given.user_id] = person
    return {"user_id": given.user_id}


def refuse_contact(library: Library, command: Any) -> Refusals:
    if command.name is command.email is command.barcode is command.birth_date is None and not command.no_birth_date:
        return INVALID
    if refused := refuse_unknown_person(library, command):
        return refused
    if command.name == "":
        return INVALID
    return refuse_barcode(library, command.barcode or "", "2", command.user_id)


@does(circulation.ChangeContact, refuses=refuse_contact)
def change_contact(library: Library, command: Any, given: Any) -> dict[str, Any]:
    person = library.people[command.user_id]
    person.name = command.name or person.name
    person.email = person.email if command.email is None else command.email
    person.birth_date = None if command.no_birth_date else command.birth_date or person.birth_date
    if command.barcode is not None:
        person.barcode = library.label("2", command.barcode, person.id)
    return {"user_id": person.id}


def refuse_verifying(library: Library, command: Any) -> Refusals:
    if refused := refuse_unknown_person(library, command):
        return refused
    return ["user_suspended"] if library.is_suspended(library.people[command.user_id]) else []


@does(circulation.VerifyUser, refuses=refuse_verifying)
def verify(library: Library, command: Any, given: Any) -> dict[str, Any]:
    person = library.people[command.user_id]
    person.verified, person.staff = True, None
    library.serve_freed([person.id])
    return {"user_id": person.id, "status": "VERIFIED"}


def refuse_suspending(library: Library, command: Any) -> Refusals:
    if not command.reason.strip() or (command.until and command.until < library.today):
        return INVALID
    if refused := refuse_unknown_person(library, command):
        return refused
    return ["user_already_suspended"] if library.bars(library.people[command.user_id]) else []


@does(circulation.SuspendUser, refuses=refuse_suspending)
def suspend(library: Library, command: Any, given: Any) -> dict[str, Any]:
    person = library.people[command.user_id]
    library.suspending(person)
    person.since = library.now, library.actor
    person.staff = command.reason, command.until
    return {"user_id": person.id, "status": "SUSPENDED", "suspended_until": command.until}


def refuse_reinstating(library: Library, command: Any) -> Refusals:
    if not library.may_override:
        return ["permission_denied"]
    if not command.reason.strip():
        return INVALID
    if refused := refuse_unknown_person(library, command):
        return refused
    return [] if library.is_suspended(library.people[command.user_id]) else ["user_not_suspended"]


@does(circulation.ReinstateUser, refuses=refuse_reinstating)
def reinstate(library: Library, command: Any, given: Any) -> dict[str, Any]:
    person = library.people[command.user_id]
    for loss in library.losses(person):
        loss.suspends = False
    person.staff = None
    served = library.serve_freed([person.id])
    person.remarks.append(f"Reinstated on {long_date(library.today)}: {command.reason}")
    return {"user_id": person.id, "status": library.status(person), "waiting_book_ids": served}


@does(circulation.EndSuspensions)
def end_suspensions(library: Library, command: Any, given: Any) -> dict[str, Any]:
    over = [person for person in library.people.values() if person.staff and not library.bars(person)]
    for person in over:
        person.staff = None
    freed = {person.id for person in over if not library.is_suspended(person)}
    return {"user_ids": freed, "waiting_book_ids": library.serve_freed(freed)}


# The calendar


def refuse_exception(library: Library, command: Any) -> Refusals:
    if command.day < library.today:
        return INVALID
    library = deepcopy(library)
    library.calendar[command.day] = command.is_open
    return [] if library.open_from(library.today) else ["library_never_opens"]


@does(circulation.SetCalendarException, refuses=refuse_exception)
def set_exception(library: Library, command: Any, given: Any) -> dict[str, Any]:
    library.calendar[command.day] = command.is_open
    return {"day": command.day, "is_open": command.is_open}


def refuse_closing(library: Library, command: Any) -> Refusals:
    days = (command.last - command.first).days
    if command.first < library.today or not 0 <= days < 366:
        return INVALID
    if any(first <= command.last and command.first <= last for first, last in library.closures.values()):
        return ["closures_overlap"]
    library = deepcopy(library)
    library.closures[UNKNOWN] = command.first, command.last
    return [] if library.open_from(command.last + timedelta(days=1)) else ["library_never_opens"]


@does(circulation.AddClosure, refuses=refuse_closing)
def close(library: Library, command: Any, given: Any) -> dict[str, Any]:
    loans, kept = library.close(command.first, command.last, given.closure_id)
    for copy in library.copies.values():
        copy.undo = {}
    return {
        "closure_id": given.closure_id,
        "first": command.first,
        "last": command.last,
        "opens_on": library.open_from(command.last + timedelta(days=1)),
        "loans": len(loans),
        "on_hold": len(kept),
        "book_ids": {copy.id for copy in (*loans, *kept)},
        "user_ids": {copy.borrower or library.waiting_user(copy) for copy in (*loans, *kept)},
    }


def refuse_reopening(library: Library, command: Any) -> Refusals:
    if command.closure_id not in library.closures:
        return NOT_FOUND
    return ["closure_over"] if library.closures[command.closure_id][1] < library.today else []


@does(circulation.CancelClosure, refuses=refuse_reopening)
def reopen(library: Library, command: Any, given: Any) -> dict[str, Any]:
    first, last = library.closures.pop(command.closure_id)
    return {"closure_id": command.closure_id, "first": first, "last": last}


def refuse_weekdays(library: Library, command: Any) -> Refusals:
    if not library.may_override:
        return ["permission_denied"]
    if command.weekdays != "".join(sorted(set(command.weekdays) & set("1234567"))):
        return INVALID
    library = deepcopy(library)
    library.policy = replace(library.policy, closed=other_days(command.weekdays))
    return [] if library.open_from(library.today) else ["library_never_opens"]


@does(circulation.SetOpeningWeekdays, refuses=refuse_weekdays)
def set_weekdays(library: Library, command: Any, given: Any) -> dict[str, Any]:
    library.policy = replace(library.policy, closed=other_days(command.weekdays))
    return {"weekdays": command.weekdays}


def refuse_naming(library: Library, command: Any) -> Refusals:
    if not library.may_override:
        return ["permission_denied"]
    return [] if command.name.strip() else INVALID


@does(circulation.SetNameAndAddress, refuses=refuse_naming)
def set_name(library: Library, command: Any, given: Any) -> dict[str, Any]:
    library.name, library.address = command.name, command.address
    return {"name": command.name, "address": command.address}


# The catalogue


def refuse_author(library: Library, command: Any) -> Refusals:
    known = {author_id for author_id, _ in library.authors.values()}
    return [] if command.author_id is None or command.author_id in known else NOT_FOUND


def author(library: Library, command: Any, given: Any) -> tuple[str, bool]:
    """The name of the author whom a command names, whatever its case and spacing, and whether it is a new one."""
    if command.author_name is None:
        return next((name for author_id, name in library.authors.values() if author_id == command.author_id), ""), False
    name = " ".join(command.author_name.split())
    key, is_new = name.casefold(), name.casefold() not in library.authors
    known = {author_id for author_id, _ in library.authors.values()}
    if is_new and given.author_id not in known:
        library.authors[key] = given.author_id, name
    return library.authors[key][1], is_new


def author_id(library: Library, name: str) -> UUID | None:
    return library.authors[name.casefold()][0] if name else None


def refuse_adding(library: Library, command: Any) -> Refusals:
    both = command.author_id is not None and command.author_name is not None
    taken = refuse_barcode(library, command.barcode, "3", None)
    if both or command.author_name == "" or not command.title or not is_isbn(command.isbn) or taken == INVALID:
        return INVALID
    if refused := refuse_author(library, command):
        return refused
    return ["book_already_in_catalogue"] if command.only_if_new and is_known(library, command) else taken


def is_isbn(text: str) -> bool:
    """The books of the tests have ISBNs of 13 digits, or the nonsense "978"."""
    return len(text) in {0, 13}


def is_known(library: Library, command: Any) -> bool:
    """By its barcode, else by how many books of this title by this author there are."""
    if command.barcode:
        labelled = library.copies.get(library.codes.get(command.barcode.upper(), UNKNOWN))
        return labelled is not None and labelled.title == command.title
    named = next((name for id, name in library.authors.values() if id == command.author_id), "")
    key = " ".join((command.author_name or named).split()).casefold()
    same = [copy for copy in library.copies.values() if (copy.title, copy.author.casefold()) == (command.title, key)]
    return bool(len(same) >= command.copy_number)


@does(catalogue.AddNewBook, refuses=refuse_adding)
def add(library: Library, command: Any, given: Any) -> dict[str, Any]:
    name, is_new = author(library, command, given)
    label = library.label("3", command.barcode, given.book_id)
    copy = Copy(given.book_id, command.title, command.isbn, name, label, command.shelf_mark)
    library.copies[copy.id] = copy
    library.serve([copy])
    return {
        "book_id": copy.id,
        "author_id": author_id(library, name),
        "author_added": is_new,
        "barcode": label,
        "book_status": copy.status,
    }


def refuse_copies(library: Library, command: Any) -> Refusals:
    taken = refuse_barcode(library, command.barcode, "3", None)
    if not 1 <= command.copies <= 50 or (command.barcode and command.copies > 1) or taken == INVALID:
        return INVALID
    return refuse_unknown_book(library, command) or taken


@does(catalogue.AddCopies, refuses=refuse_copies)
def add_copies(library: Library, command: Any, given: Any) -> dict[str, Any]:
    like = library.copies[command.book_id]
    added = []
    for book_id in given.book_ids:
        label = library.label("3", command.barcode, book_id)
        added.append(Copy(book_id, like.title, like.isbn, like.author, label, like.shelf_mark))
        library.copies[book_id] = added[-1]
    library.serve(added)
    return {
        "book_ids": {copy.id for copy in added},
        "barcodes": {copy.barcode for copy in added},
        "on_hold": sum(copy.status == "ON_HOLD" for copy in added),
    }


def refuse_correcting(library: Library, command: Any) -> Refusals:
    said = (command.title, command.isbn, command.author_id, command.author_name, command.barcode, command.shelf_mark)
    both = command.author_id is not None and command.author_name is not None
    if both or all(each is None for each in said):
        return INVALID
    if refused := refuse_author(library, command) or refuse_unknown_book(library, command):
        return refused
    taken = refuse_barcode(library, command.barcode or "", "3", command.book_id)
    if command.title == "" or not is_isbn(command.isbn or "") or taken == INVALID:
        return INVALID
    return taken or refuse_another_isbn(library, library.copies[command.book_id], command.isbn)


def refuse_another_isbn(library: Library, copy: Copy, isbn: str | None) -> Refusals:
    if isbn is None or isbn == copy.isbn:
        return []
    if copy.status in {"BORROWED", "ON_HOLD"}:
        return ["book_in_use"]
    staying = any(each is not copy and each.status != "WITHDRAWN" for each in library.title(copy.key))
    waiting = {wait.user for wait in library.open_waits(copy.key) if not staying}
    has = {each.borrower for each in library.title(isbn)}
    waits = {wait.user for wait in library.open_waits(isbn)}
    return ["reservations_clash"] if isbn and waiting & (has | waits) else []


@does(circulation.CorrectBook, refuses=refuse_correcting)
def correct(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    copy.undo = {}
    copy.title = copy.title if command.title is None else command.title
    copy.shelf_mark = copy.shelf_mark if command.shelf_mark is None else command.shelf_mark
    is_new = False
    if command.author_name == "":
        copy.author = ""
    elif command.author_id or command.author_name:
        copy.author, is_new = author(library, command, given)
    if command.barcode is not None:
        copy.barcode = library.label("3", command.barcode, copy.id)
    if command.isbn is not None:
        change_isbn(library, copy, command.isbn)
    return {"book_id": copy.id, "author_id": author_id(library, copy.author), "author_added": is_new}


def change_isbn(library: Library, copy: Copy, isbn: str) -> None:
    """Reservations stay with the other copies in use; if there is none, they come along, behind those who are there."""
    before = copy.key
    copy.isbn = isbn
    if copy.key == before:
        return
    if all(each.status == "WITHDRAWN" for each in library.title(before)):
        coming = library.queues.pop(before, [])
        for each in coming:
            library.waits[each].key = copy.key
        library.queue(copy.key).extend(coming)
    library.serve([*library.title(before), *library.title(copy.key)])


# Moving in


def refuse_taking_over(library: Library, command: Any) -> Refusals:
    if not library.may_override:
        return ["permission_denied"]
    since, until = command.borrowed_on, command.due_on
    if (since or until) is None or (since and since > library.today) or (since and until and until < since):
        return INVALID
    if days_of(library, command)[1] is None:
        return ["library_never_opens"]
    copy, known = library.copies.get(command.book_id), command.user_id in library.people
    if copy and known and same_loan(library, copy, command):
        return []
    problems = NOT_FOUND if copy is None else [] if copy.status == "AVAILABLE" else ["book_not_available"]
    return [*problems, *([] if known else NOT_FOUND)]


def days_of(library: Library, command: Any) -> tuple[date, date | None]:
    since = command.borrowed_on or min(command.due_on - timedelta(days=library.policy.loan_days), library.today)
    until = command.due_on or since + timedelta(days=library.policy.loan_days)
    is_over = command.due_on or until < library.today
    return since, until if is_over else library.open_from(until)


def same_loan(library: Library, copy: Copy, command: Any) -> tuple[date, date | None, UUID | None] | None:
    """The loan that the person has, or had."""
    since, until = days_of(library, command)
    if (
        copy.borrower == command.user_id
        and copy.borrowed_at
        and command.borrowed_on in {None, localdate(copy.borrowed_at)}
    ):
        return localdate(copy.borrowed_at), copy.due_on, copy.loan
    for loan in sorted(library.loans, key=lambda loan: loan.ended_at, reverse=True):
        is_theirs = (loan.copy, loan.user) == (copy.id, command.user_id)
        is_due_then = command.borrowed_on is None and loan.due_on == until
        if is_theirs and loan.borrowed_at and (localdate(loan.borrowed_at) == since or is_due_then):
            return since, loan.due_on, loan.id
    return None


@does(circulation.TakeOverLoan, refuses=refuse_taking_over)
def take_over(library: Library, command: Any, given: Any) -> dict[str, Any]:
    copy = library.copies[command.book_id]
    answer = {"book_id": copy.id, "user_id": command.user_id}
    if same := same_loan(library, copy, command):
        days = dict(zip(("borrowed_on", "due_on", "loan_id"), same, strict=True))
        return answer | days | {"breaks": set(), "already_there": True}
    since, until = days_of(library, command)
    breaks = set(not_to_borrow(library, copy, command.user_id))
    wait = library.wait_of(command.user_id, copy.key)
    if wait:
        library.end_wait(wait, "FULFILLED")
    copy.become("BORROWED")
    copy.borrower, copy.borrowed_at, copy.due_on = command.user_id, make_aware(datetime.combine(since, time.min)), until
    copy.loan = given.loan_id
    if wait:
        library.serve(library.title(copy.key))
    days = {"borrowed_on": since, "due_on": until, "loan_id": copy.loan}
    return answer | days | {"breaks": breaks, "already_there": False}
