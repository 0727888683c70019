"""What a row of the desk says when the library refuses, and what helps."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from catalog.queries.search_books import FoundBook
from circulation.commands import BorrowBook
from circulation.domain.people import UserSuspended
from library_site.cqrs import Context, DomainError, InvalidInput, Overriding, Remedy
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_of, override_permission
from library_site.cqrs.texts import sentences
from library_site.html.links import remedy_link

from .rows import Choice, Row, book_row, choice, problem_row, said_once, task_choice

DIRECT = {
    *("BorrowBook", "PlaceReservation", "RenewLoan", "ReportFoundBook", "RestoreBook", "ReturnBook", "VerifyUser"),
    *("UndoLoan", "UndoRenewal", "UndoReturn"),
}
"""What the desk does at once, by a button in the row."""


def refused(problem: DomainError, message: Message[Any], book: FoundBook | None, context: Context) -> Row:
    """What the library refused of a book: all that stands in the way, and what helps."""
    helps = [remedy for each in problem.problems for remedy in _remedies(each, message)]
    links = [remedy_link(remedy, context) for remedy in helps if remedy.operation not in DIRECT]
    said = sentences(*(_words(each, message, book, context) for each in problem.problems))
    return replace(
        book_row("refused", book, said) if book else problem_row("", said),
        choices=[
            *(made for remedy in helps for made in _choices(remedy, message, context)),
            *_overriding(problem.problems, message, context),
        ],
        links=list(dict.fromkeys(link for link in links if link)),
    )


def _words(problem: DomainError, message: Message[Any], book: FoundBook | None, context: Context) -> str:
    """The row names the book; why somebody is suspended may name another one of its title."""
    words = _refusal(problem, message, context)
    if book is None or isinstance(problem, UserSuspended):
        return words
    return said_once(words, book.title, _("this book"))


def _refusal(problem: DomainError, message: Message[Any], context: Context) -> str:
    if isinstance(problem, InvalidInput):
        return sentences(*(error.detail for error in problem.errors))
    overridable = {refusal.code for refusal in operation_of(type(message)).overridable}
    if problem.code in overridable and not context.actor.may(override_permission(problem.code)):
        return sentences(problem.message, _("A supervisor may override this."))
    return problem.message


def _overriding(problems: list[DomainError], message: Message[Any], context: Context) -> Iterator[Choice]:
    """One button that overrides all that stands in the way, if that is possible; again, if the reason was missing."""
    is_unsaid = any(isinstance(each, InvalidInput) for each in problems)
    asked = message.override if is_unsaid and isinstance(message, Overriding) else ()
    others = [_override(each) for each in problems if not isinstance(each, InvalidInput) and each.code not in asked]
    codes = list(dict.fromkeys([*asked, *(code for remedy in others for code in remedy.get("override", ()))]))
    if codes and all(others) and all(context.actor.may(override_permission(code)) for code in codes):
        said = {
            name: value for name in ("book_id", "user_id", "report_found") if (value := getattr(message, name, None))
        }
        yield choice(_anyway(message), asks_why=True, task=type(message).__name__, override=codes, **said)


def _anyway(message: Message[Any]) -> str:
    return {
        "BorrowBook": _("Lend anyway (reason)"),
        "PlaceReservation": _("Reserve anyway (reason)"),
        "RenewLoan": _("Renew anyway (reason)"),
    }[type(message).__name__]


def _override(problem: DomainError) -> dict[str, Any]:
    """The arguments of the remedy that overrides; none, where that does not help."""
    return problem.remedy.arguments if problem.remedy and problem.remedy.arguments.get("override") else {}


def _remedies(problem: DomainError, message: Message[Any]) -> list[Remedy]:
    """What helps, the best first, but for overriding, and for the person's page: the strip says what that does."""
    helps = [problem.remedy] if problem.remedy and not _override(problem) else []
    also = problem.see_also if isinstance(message, BorrowBook) else ()
    return [*helps, *(each for each in also if each.operation != "GetUserFile")]


def _choices(remedy: Remedy, message: Message[Any], context: Context) -> list[Choice]:
    """The buttons for a remedy; what only clears the way for lending has one that lends thereafter."""
    if remedy.operation not in DIRECT:
        return []
    label, said = _label(remedy), dict(remedy.arguments)
    alone = task_choice(context, label, remedy.operation, **said)
    if not isinstance(message, BorrowBook) or remedy.operation in {"BorrowBook", "PlaceReservation", "RenewLoan"}:
        return alone
    then = {"then_book_id": message.book_id, "then_user_id": message.user_id}
    then_lend = task_choice(context, _("{what}, and lend it").format(what=label), remedy.operation, **said, **then)
    return then_lend if remedy.operation == "VerifyUser" else [*then_lend, *alone]


def _label(remedy: Remedy) -> str:
    if remedy.operation == "BorrowBook":
        return _("Found: lend it") if remedy.arguments.get("report_found") else _("Try again")
    return {
        "PlaceReservation": _("Reserve it"),
        "RenewLoan": _("Renew"),
        "ReportFoundBook": _("Report it found"),
        "RestoreBook": _("Restore it"),
        "ReturnBook": _("Return it"),
        "VerifyUser": _("Verify the person"),
    }[remedy.operation]
