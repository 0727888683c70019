"""No dead ends: a remedy that a refusal offers can be carried out by whoever was refused, and helps."""

from dataclasses import MISSING, fields

import pytest
from django.contrib.auth.models import User

from library_site.cqrs import Actor, Conflict, Context, DomainError, Remedy, dispatch
from library_site.cqrs.answers import problem_of
from library_site.cqrs.arguments import message_from
from tests.arranger import Arguments, Arranger, Here, operation
from tests.declared import Declared, History, Refused, each_refusal, file_of

pytestmark = pytest.mark.django_db


def missing_to_somebody_suspended(it: Arranger) -> Arguments:
    return {"book_id": it.missing_book(), "user_id": it.suspended_person()}


def a_third_loan_to_somebody_suspended(it: Arranger) -> Arguments:
    person = it.person()
    for _ in range(2):
        it.lent_book(person=person)
    it("SuspendUser", user_id=person, reason="Unpaid fees.")
    return {"book_id": it.book(), "user_id": person}


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


@each_refusal(lambda operation, case: issubclass(case.kind, Conflict), one_of_a_kind=True)
def test_a_refusal_offers_the_remedy_that_there_is(supervisor: User, declared: Declared, case: Refused) -> None:
    refusal = refusals(declared.operation.name, case.arguments(), supervisor)[case.kind.code]

    assert case.words in refusal.message
    assert (refusal.remedy.operation if refusal.remedy else None) == case.remedy, what_to_do(declared, case)


def what_to_do(declared: Declared, case: Refused) -> str:
    wrong = f"{declared.operation.name}: what {case.kind.__name__} offers is not the remedy {case.remedy}. Give it that"
    where = f"one, or correct remedy= in DECLARED of {file_of(declared.operation)}"
    return f"{wrong} {where}. (A remedy is a command that helps; what is only worth a look is a see_also=.)"


@each_refusal(lambda operation, case: case.remedy)
def test_a_remedy_can_be_carried_out_and_helps(supervisor: User, declared: Declared, case: Refused) -> None:
    """REST tells it by the flat arguments of the operation, as the command line and Lambda take them."""
    arguments = case.arguments()
    refusal = refusals(declared.operation.name, arguments, supervisor)[case.kind.code]
    remedy = refusal.remedy
    assert remedy, what_to_do(declared, case)
    (told,) = [each for each in problem_of(refusal)["remedies"] if each["code"] == case.kind.code]
    assert told["operation"] == case.remedy
    assert not operation(remedy.operation).is_query, f"{case.kind.__name__}: a query is no remedy, but a see_also="
    message_from(operation(remedy.operation), filled_in(remedy) | told["arguments"])

    assert refusals(remedy.operation, filled_in(remedy), supervisor) == {}

    if remedy.operation not in {declared.operation.name, "RenewLoan"}:  # these are what was wanted, or as good
        assert case.kind.code not in refusals(declared.operation.name, arguments, supervisor)


@pytest.mark.parametrize("history", [missing_to_somebody_suspended, a_third_loan_to_somebody_suspended])
def test_of_several_refusals_one_remedy_after_the_other_helps(supervisor: User, history: History) -> None:
    asked = Remedy("BorrowBook", history(Here()))

    for _ in range(2):
        first = next(iter(refusals("BorrowBook", filled_in(asked), supervisor).values()))
        assert first.remedy
        asked = first.remedy

    assert refusals("BorrowBook", filled_in(asked), supervisor) == {}


@each_refusal(lambda operation, case: case.remedy)
def test_who_may_not_override_is_not_offered_it(librarian: User, declared: Declared, case: Refused) -> None:
    remedy = refusals(declared.operation.name, case.arguments(), librarian)[case.kind.code].remedy

    if remedy:
        assert "override" not in remedy.arguments
        assert refusals(remedy.operation, filled_in(remedy), librarian) == {}
