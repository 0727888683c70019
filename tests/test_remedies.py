"""No dead ends: a remedy that a refusal offers can be carried out by whoever was refused, and helps."""

from dataclasses import MISSING, fields
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User

from circulation.domain.borrowing_rules import BookNotAvailable
from library_site.cqrs import Actor, Conflict, Context, DomainError, Remedy, dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.operations import operation_named
from library_site.cqrs.problems import problem_of
from tests.library import add_book, borrow, lend, register, report_missing, reserve, suspend, withdraw
from tests.refusals import HISTORIES, Arguments, Case
from tests.test_refusals import operation

pytestmark = pytest.mark.django_db


class Refused(NamedTuple):
    """An operation that is refused with a code."""

    operation: str
    code: str
    case: Case


def a_loan_of_what_one_has() -> Arguments:
    user_id = register()
    return {"book_id": lend("Emma", user_id), "user_id": user_id}


def a_loan_of_what_is_missing() -> Arguments:
    book_id = add_book("Emma")
    report_missing(book_id)
    return {"book_id": book_id, "user_id": register()}


def a_loan_of_what_is_withdrawn() -> Arguments:
    book_id = add_book("Emma")
    withdraw(book_id)
    return {"book_id": book_id, "user_id": register()}


def a_loan_of_what_is_missing_and_waited_for() -> Arguments:
    book_id = add_book("Emma")
    reserve(book_id, register())
    report_missing(book_id)
    return {"book_id": book_id, "user_id": register()}


def a_loan_of_what_is_missing_to_somebody_suspended() -> Arguments:
    arguments = a_loan_of_what_is_missing()
    suspend(arguments["user_id"])
    return arguments


def a_third_loan_to_somebody_suspended() -> Arguments:
    user_id = register()
    for _ in range(2):
        borrow(add_book(), user_id)
    suspend(user_id)
    return {"book_id": add_book(), "user_id": user_id}


NOT_AVAILABLE = ("BorrowBook", BookNotAvailable.code)

REFUSED = [Refused(name, kind.code, case) for (name, kind), case in HISTORIES.items() if issubclass(kind, Conflict)] + [
    Refused(*NOT_AVAILABLE, Case(a_loan_of_what_one_has, "has “Emma” already, until", "RenewLoan")),
    Refused(*NOT_AVAILABLE, Case(a_loan_of_what_is_missing, "“Emma” is reported missing.", "BorrowBook")),
    Refused(*NOT_AVAILABLE, Case(a_loan_of_what_is_withdrawn, "“Emma” is withdrawn.", "RestoreBook")),
    Refused(
        *NOT_AVAILABLE, Case(a_loan_of_what_is_missing_and_waited_for, "“Emma” is reported missing.", "ReportFoundBook")
    ),
]
HELPED = [each for each in REFUSED if each.case.remedy]
SEVERAL = [a_loan_of_what_is_missing_to_somebody_suspended, a_third_loan_to_somebody_suspended]

refused_cases = pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.code}-{case.case.history.__name__}")
helped_cases = pytest.mark.parametrize("case", HELPED, ids=lambda case: f"{case.code}-{case.case.history.__name__}")


def by(user: User) -> Context:
    return Context(actor=Actor.of_user(user), source="rest")


def refusals(name: str, arguments: Arguments, user: User) -> dict[str, DomainError]:
    """Everything that stands in the way of the operation, by code; nothing when it is carried out."""
    try:
        dispatch(message_from(operation(name), arguments), by(user))
    except DomainError as refusal:
        return {each.code: each for each in refusal.problems}
    return {}


def filled_in(remedy: Remedy) -> Arguments:
    """The arguments of the remedy, and the reason that only a person can give, where one is wanted."""
    wanted = {"override_reason"} if "override" in remedy.arguments else set()
    required = {field.name for field in fields(operation(remedy.operation).message) if field.default is MISSING}
    wanted |= required - set(remedy.arguments)
    assert wanted <= {"reason", "override_reason"}
    return remedy.arguments | dict.fromkeys(wanted, "The director said so.")


@refused_cases
def test_a_refusal_offers_the_remedy_that_there_is(supervisor: User, case: Refused) -> None:
    refusal = refusals(case.operation, case.case.history(), supervisor)[case.code]

    assert case.case.words in refusal.message
    assert (refusal.remedy and refusal.remedy.operation) == case.case.remedy


@helped_cases
def test_a_remedy_makes_a_message_of_its_operation(supervisor: User, case: Refused) -> None:
    remedy = refusals(case.operation, case.case.history(), supervisor)[case.code].remedy
    assert remedy

    helps = operation_named(remedy.operation)

    assert helps
    assert not helps.is_query
    assert isinstance(message_from(helps, filled_in(remedy)), helps.message)


@helped_cases
def test_what_was_refused_can_be_done_after_its_remedy(supervisor: User, case: Refused) -> None:
    arguments = case.case.history()
    remedy = refusals(case.operation, arguments, supervisor)[case.code].remedy
    assert remedy

    assert refusals(remedy.operation, filled_in(remedy), supervisor) == {}

    if remedy.operation not in {case.operation, "RenewLoan"}:  # these are what was wanted, or as good
        assert case.code not in refusals(case.operation, arguments, supervisor)


@pytest.mark.parametrize("history", SEVERAL)
def test_of_several_refusals_one_remedy_after_the_other_helps(supervisor: User, history: Any) -> None:
    asked = Remedy("BorrowBook", history())

    for _ in range(2):
        first = next(iter(refusals("BorrowBook", filled_in(asked), supervisor).values()))
        assert first.remedy
        asked = first.remedy

    assert refusals("BorrowBook", filled_in(asked), supervisor) == {}


@helped_cases
def test_who_may_not_override_is_not_offered_it(librarian: User, case: Refused) -> None:
    remedy = refusals(case.operation, case.case.history(), librarian)[case.code].remedy

    if remedy:
        assert "override" not in remedy.arguments
        assert refusals(remedy.operation, filled_in(remedy), librarian) == {}


@helped_cases
def test_rest_tells_a_program_the_remedy(supervisor: User, case: Refused) -> None:
    """By the flat arguments of the operation, as the command line and Lambda take them."""
    refusal = refusals(case.operation, case.case.history(), supervisor)[case.code]
    assert refusal.remedy

    (told,) = [each for each in problem_of(refusal)["remedies"] if each["code"] == case.code]

    assert told["operation"] == case.case.remedy
    message_from(operation(told["operation"]), filled_in(refusal.remedy) | told["arguments"])
