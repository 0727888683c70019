"""Every refusal of every operation, through every door.

How each is reached stands in the test file of its operation (see tests/declared.py).
DOORS are the ways in; each carries out a Call and reports the Refusal that it showed.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from rest_framework.test import APIClient

from circulation.commands import SetCalendarException
from library_site.cqrs import Actor, Conflict, Context, DomainError, InvalidInput, NotFound, dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import RegisteredOperation, all_operations
from library_site.cqrs.texts import override_name
from tests.arranger import Arguments, operation
from tests.declared import Declared, Refused, each_operation, each_refusal
from tests.doors import request_of
from tests.library import add_book, context, register

pytestmark = pytest.mark.django_db


# The doors


@dataclass(frozen=True)
class Call:
    """An operation to carry out: by whom, with which flat arguments, under which idempotency key."""

    operation: RegisteredOperation
    arguments: Arguments
    actor: User
    key: str | None = None


class Refusal(NamedTuple):
    """What a door showed: the HTTP status that belongs to it, the code and the words."""

    status: int
    code: str
    words: str


Door = Callable[[Call], Refusal]


def rest(call: Call) -> Refusal:
    """A request with the arguments where the path, the query string or the body has them."""
    response = requested(call)
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    return Refusal(response.status_code, body["code"], body["detail"])


def requested(call: Call) -> Any:
    """The response of REST."""
    request = request_of(call.operation, call.arguments)
    client = APIClient()
    client.force_authenticate(call.actor)
    headers = {"Idempotency-Key": call.key} if call.key else {}
    send = client.get if call.operation.is_query else client.post
    return send(request.path, request.body, headers=headers)


def command_line(call: Call) -> Refusal:
    """`manage.py dispatch`, whose standard error and exit status are read."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("dispatch", *_typed(call), stdout=out, stderr=err)
    assert exit_.value.code == 1
    assert out.getvalue() == ""
    body = json.loads(err.getvalue())
    return Refusal(body["status"], body["code"], body["detail"])


def _typed(call: Call) -> list[str]:
    """What is typed for a call."""
    texts = {name: ",".join(each) if isinstance(each, tuple) else each for name, each in call.arguments.items()}
    options = [f"--as={call.actor.username}", *([f"--key={call.key}"] if call.key else [])]
    return [call.operation.name, *(f"{name}={text}" for name, text in texts.items()), *options]


DOORS: dict[str, Door] = {"rest": rest, "command line": command_line}


# The tests

STATUSES = {InvalidInput: 400, NotFound: 404, Conflict: 409}


@each_refusal(one_of_a_kind=True)
def test_a_refusal_is_the_same_at_every_door(supervisor: User, declared: Declared, case: Refused) -> None:
    """It changes nothing, so one history leads to it again and again; first in the library itself."""
    arguments = case.arguments()
    carried_out = JournalEntry.objects.filter(outcome="CARRIED_OUT")
    before = carried_out.count()
    (status,) = (status for base, status in STATUSES.items() if issubclass(case.kind, base))

    with pytest.raises(DomainError) as caught:
        dispatch(message_from(declared.operation, arguments), context())
    assert type(caught.value) is case.kind
    assert case.words in caught.value.message
    assert set(caught.value.details) == set(case.details.split())

    for door, carry_out in DOORS.items():
        shown = carry_out(Call(declared.operation, arguments, supervisor))
        assert shown[:2] == (status, case.kind.code), door
        assert case.words in shown.words, door
    assert carried_out.count() == before


@each_operation()
def test_a_good_request_is_carried_out_at_every_door(
    supervisor: User, declared: Declared, capsys: pytest.CaptureFixture[str]
) -> None:
    """One request for each, for it may be carried out once."""
    by_rest, typed = (Call(declared.operation, declared.arguments(), supervisor) for _ in range(2))

    response = requested(by_rest)
    assert response.status_code == request_of(by_rest.operation, by_rest.arguments).status, response.content
    call_command("dispatch", *_typed(typed))

    assert json.loads(capsys.readouterr().out).keys() == response.json().keys()


@each_operation(one_in=4)
def test_an_actor_without_the_permission_is_refused(declared: Declared) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    asked, arguments = declared.operation, declared.arguments()

    for door, carry_out in DOORS.items():
        shown = carry_out(Call(asked, arguments, clerk))
        called = override_name(asked.waives.code) if asked.waives else asked.title
        words = f"You may not do this: it takes the permission “{called}”."
        assert shown == (403, "permission_denied", words), door
    journalled = JournalEntry.objects.filter(actor=f"user:{clerk.pk}").values_list("operation", "outcome", "code")
    assert list(journalled) == ([] if asked.is_query else [(asked.name, "REFUSED", "permission_denied")] * len(DOORS))


@each_operation(lambda declared: not declared.operation.is_query, one_in=4)
def test_a_key_that_was_used_for_another_request_is_refused(supervisor: User, declared: Declared) -> None:
    as_supervisor = Context(actor=Actor.of_user(supervisor), source="rest", idempotency_key="key")
    dispatch(SetCalendarException(day=date(2099, 12, 26)), as_supervisor)

    second = Call(declared.operation, declared.arguments(), supervisor, key="key")
    for door, carry_out in DOORS.items():
        shown = carry_out(second)
        assert shown[:2] == (422, "idempotency_key_reused"), door
        assert "already used for another request" in shown.words, door


@each_operation(one_in=4)
def test_an_operation_that_is_not_served_here_is_not_found(supervisor: User, settings: Any, declared: Declared) -> None:
    name, arguments = declared.operation.name, declared.arguments()
    settings.LIBRARY_OPERATIONS = [each.name for each in all_operations() if each.name != name]

    for door, carry_out in DOORS.items():
        shown = carry_out(Call(declared.operation, arguments, supervisor))
        assert shown == (404, "not_found", f"{name} is not served here."), door


# What only one door shows


def test_the_command_line_tells_a_usage_error_from_a_refusal() -> None:
    for arguments, words in (
        (
            ["BorowBook"],
            "There is no operation 'BorowBook'. There are: AddClosure, AddCopies, AddNewBook, BeginImport, BorrowBook",
        ),
        (["ReturnBook", "bok_id=1"], "ReturnBook has no field bok_id. It has: book_id."),
        (["ReturnBook", "book_id"], "'book_id' is not of the form field=value."),
        (["ReturnBook", f"book_id={UUID(int=1)}", "--as=nobody"], "There is no staff account 'nobody'."),
    ):
        with pytest.raises(CommandError, match="^" + words.replace("(", r"\(").replace(".", r"\.")) as caught:
            call_command("dispatch", *arguments)
        assert caught.value.returncode == 2


def test_the_command_line_prints_what_rest_answers(api: APIClient, capsys: pytest.CaptureFixture[str]) -> None:
    book_id, user_id = add_book("Émma"), register()
    call_command("dispatch", "BorrowBook", f"book_id={book_id}", f"user_id={user_id}")
    lent = api.get(f"/api/book/by-user/{user_id}").json()["results"][0]
    answer = {"book_id": str(book_id), "user_id": str(user_id), "due_on": lent["due_on"], "loan_id": lent["loan_id"]}
    assert json.loads(capsys.readouterr().out) == answer

    call_command("dispatch", "GetBorrowedBooksByUser", f"user_id={user_id}")

    printed = capsys.readouterr().out
    assert json.loads(printed) == api.get(f"/api/book/by-user/{user_id}").json()
    assert "Émma" in printed


def test_the_command_line_replays_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        call_command("dispatch", "AddNewBook", "title=Emma", "author_name=Jane Austen", "--key=k")

    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert JournalEntry.objects.count() == 1


def test_the_command_line_leads_on_by_cursors_where_rest_has_links(capsys: pytest.CaptureFixture[str]) -> None:
    for title in ("Dune", "E=mc²"):
        call_command("dispatch", "AddNewBook", f"title={title}", "author_name=Jane Austen")
    capsys.readouterr()
    call_command("dispatch", "SearchBooks", "q=austen", "page_size=1")
    first = json.loads(capsys.readouterr().out)
    call_command("dispatch", "SearchBooks", "q=austen", "page_size=1", f"cursor={first['next']}")
    second = json.loads(capsys.readouterr().out)

    assert [row["title"] for page in (first, second) for row in page["results"]] == ["Dune", "E=mc²"]
    assert (first["previous"], second["next"]) == (None, None)


def test_a_former_librarian_may_do_nothing(librarian: User) -> None:
    User.objects.update(is_active=False)

    assert command_line(Call(operation("GetMissingBooks"), {}, librarian)).code == "permission_denied"


@pytest.mark.parametrize("text", ["half \udcff byte", "bell \a"])
def test_the_command_line_takes_bytes_that_are_no_text_for_bad_input(text: str, librarian: User) -> None:
    shown = command_line(Call(operation("AddNewBook"), {"title": text, "author_name": "A"}, librarian))

    assert shown[:2] == (400, "invalid")
