"""Messages to dispatch(): a direct invocation, the bus, a queue's batch. What they ask for is done once, or refused."""

import json
import re
from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from catalog.commands import AddNewBook
from catalog.models import Author, Book
from circulation.models import LibraryUser
from library_site.cqrs import Conflict, Context
from library_site.cqrs.models import JournalEntry
from library_site.on_lambda import messages
from library_site.on_lambda.deadline import RESERVE
from tests.arranger import operation
from tests.declared import Declared, Refused, each_operation, each_refusal
from tests.library import Handler, add_book, borrow, register, suspend_by_loss
from tests.test_refusals import Call, requested

from .events import LambdaContext, ask, bus, hang, nearly_over, queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_connections")]

EMMA = ask("AddNewBook", title="Emma", author_name="Jane Austen")
PERSUASION = ask("AddNewBook", title="Persuasion", author_name="Jane Austen")
NOBODYS = ask("ReturnBook", book_id=UUID(int=1))

Send = Callable[[Any, str], Any]


def invoked(document: Any, id: str = "request-1") -> Any:
    """The answer to a direct invocation."""
    return messages.from_invoker(document, LambdaContext(id))


def from_bus(detail: Any, id: str = "event-1") -> None:
    messages.from_bus(bus(detail, id), LambdaContext())


def from_queue(*bodies: Any, context: Any = None) -> list[str]:
    """The ids of what goes back to the queue."""
    answer = messages.from_queue(queue(*bodies), context or LambdaContext())
    assert set(answer) == {"batchItemFailures"}
    assert all(set(each) == {"itemIdentifier"} for each in answer["batchItemFailures"])
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def queued(document: Any, id: str) -> None:
    """A queue's message of this id, which must be carried out."""
    batch = queue(document)
    batch["Records"][0]["messageId"] = id
    assert messages.from_queue(batch, LambdaContext()) == {"batchItemFailures": []}


def problem(document: Any, id: str = "request-1") -> dict[str, Any]:
    """What the invoker is told when the library refuses."""
    with pytest.raises(messages.Refused) as caught:
        invoked(document, id)
    told: dict[str, Any] = json.loads(str(caught.value))
    assert told.keys() >= {"type", "title", "status", "code"}
    assert caught.value.code == told["code"]
    return told


def titles() -> list[str]:
    return sorted(Book.objects.values_list("title", flat=True))


def journal() -> list[tuple[str, str, str, str | None]]:
    fields = ("operation", "outcome", "source", "idempotencykey__key")
    return list(JournalEntry.objects.order_by("id").values_list(*fields))


# Each kind of message

SENDERS: dict[str, Send] = {"a direct invocation": invoked, "the bus": from_bus, "a queue": queued}
senders = pytest.mark.parametrize("send", SENDERS.values(), ids=SENDERS)


@senders
def test_a_message_is_carried_out_and_its_id_is_the_key(send: Send) -> None:
    send(EMMA, "id-1")

    assert titles() == ["Emma"]
    assert journal() == [("AddNewBook", "CARRIED_OUT", "lambda", "id-1")]
    assert JournalEntry.objects.get().actor == "system:lambda"


@senders
def test_a_key_of_its_own_counts_instead_of_the_id(send: Send) -> None:
    send(EMMA | {"idempotency_key": "emma"}, "id-1")
    send(EMMA | {"idempotency_key": "emma"}, "id-2")
    assert titles() == ["Emma"]

    send(PERSUASION | {"idempotency_key": "persuasion"}, "id-1")
    assert titles() == ["Emma", "Persuasion"]


@each_operation()
def test_every_operation_can_be_asked_for(declared: Declared) -> None:
    name, arguments = declared.operation.name, declared.arguments()

    answer = invoked(ask(name, **arguments))

    assert json.loads(json.dumps(answer)).keys() == answer.keys()
    assert JournalEntry.objects.filter(source="lambda", operation=name).exists() != declared.operation.is_query


# Refusals


@each_refusal(one_of_a_kind=True)
def test_a_refusal_is_the_problem_that_rest_answers(supervisor: User, declared: Declared, case: Refused) -> None:
    arguments = case.arguments()
    shown = requested(Call(declared.operation, arguments, supervisor)).json()

    told = problem(ask(declared.operation.name, **arguments))

    if issubclass(case.kind, Conflict):
        codes = [{"code": each["code"]} for each in shown["problems"]]
        assert told == {name: value for name, value in shown.items() if name != "detail"} | {"problems": codes}
    else:
        assert (told["status"], told["code"]) == (shown["status"], shown["code"])
        assert shown["detail"].startswith(told["detail"])
        assert all(set(each) == {"code"} for each in told.get("problems", []))


def test_a_conflict_is_told_by_all_its_codes_and_names_nobody_for_lambda_logs_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    user_id = register("Ann Lee", "ann@example.org")
    suspend_by_loss(user_id)
    book_id = add_book()
    borrow(book_id, register("Bob"))

    told = problem(ask("BorrowBook", book_id=book_id, user_id=user_id))

    assert told["problems"] == [{"code": "book_not_available"}, {"code": "user_suspended"}]
    assert from_queue(ask("BorrowBook", book_id=book_id, user_id=user_id)) == ["message-1"]
    assert "Queued message message-1 was refused: book_not_available" in caplog.text
    assert not {"Ann", "Bob", "Lee"} & set(re.findall(r"\w+", json.dumps(told) + caplog.text))


@pytest.mark.parametrize(
    "name", ["AddBook", "addNewBook", "", "*", 5, None, ["AddNewBook"], {"AddNewBook": 1}, "\ud800"]
)
def test_an_operation_that_does_not_exist_is_not_found(name: Any) -> None:
    told = problem({"operation": name})

    assert (told["status"], told["code"]) == (404, "not_found")
    assert told["detail"].startswith("There is no operation ")


def test_every_field_that_is_wrong_is_named() -> None:
    told = problem(ask("BorrowBook", book_id="1"))

    assert {(each["field"], each["code"]) for each in told["errors"]} == {
        ("book_id", "invalid"),
        ("user_id", "required"),
    }


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (EMMA | {"Operation": "AddNewBook"}, "It must be"),
        (EMMA | {"as": "librarian"}, "It must be"),
        (EMMA | {"arguments": [["title", "Emma"]]}, "must be an object"),
        (EMMA | {"arguments": None}, "must be an object"),
        (EMMA | {"arguments": "{}"}, "must be an object"),
        (EMMA | {"idempotency_key": 1}, "a text"),
        (EMMA | {"idempotency_key": None}, "a text"),
        (EMMA | {"idempotency_key": ""}, "1 to 255 printable ASCII characters"),
        (EMMA | {"idempotency_key": "é"}, "1 to 255 printable ASCII characters"),
        (ask("AddNewBook", titel="Emma"), "AddNewBook has no field titel. It has: title"),
        (ask("AddNewBook", **{"\ud800": "Emma"}), "AddNewBook has no field"),
        (ask("AddNewBook", title="half \ud800", author_name="A"), "title"),
        (ask("AddNewBook", title={"a": 1}, author_name="A"), "title"),
    ],
)
def test_a_document_that_says_something_else_is_bad_input(document: Any, words: str) -> None:
    told = problem(document)

    assert (told["status"], told["code"]) == (400, "invalid")
    assert words in told["detail"]
    assert from_queue(document) == ["message-1"]
    with pytest.raises(messages.Refused):
        from_bus(document)
    assert titles() == []


@pytest.mark.parametrize("body", ["", "junk", "[]", "5", "null", '"AddNewBook"', "{}", "{", "[" * 100_000, "9" * 5000])
def test_a_message_that_is_no_such_document_goes_back_to_the_queue(body: str, caplog: pytest.LogCaptureFixture) -> None:
    assert from_queue(body, EMMA) == ["message-1"]

    assert "Queued message message-1 was refused: invalid" in caplog.text
    assert titles() == ["Emma"]


# One batch


def test_one_message_that_fails_takes_no_other_with_it(
    handle: Callable[[Handler], None], caplog: pytest.LogCaptureFixture
) -> None:
    def crash_over_persuasion(command: AddNewBook, context: Context) -> Any:
        answer = add_new_book(command, context)
        if command.title == "Persuasion":
            raise ZeroDivisionError
        return answer

    add_new_book = operation("AddNewBook").handler
    handle(crash_over_persuasion)
    person = ask("RegisterUser", name="Ann Lee", email="ann@example.org")
    anne = PERSUASION | {"arguments": PERSUASION["arguments"] | {"author_name": "Anne Elliot"}}

    assert from_queue(EMMA, NOBODYS, person, anne, "junk", EMMA) == ["message-2", "message-4", "message-5"]

    assert titles() == ["Emma", "Emma"]
    assert LibraryUser.objects.count() == 1
    assert not Author.objects.filter(name="Anne Elliot").exists()
    assert "ZeroDivisionError" in caplog.text


# Time


@pytest.fixture
def hanging(handle: Callable[[Handler], None]) -> list[str]:
    """From here on, adding Persuasion does not come to an end. The titles of the books that were begun."""
    begun: list[str] = []
    add_new_book = operation("AddNewBook").handler

    def add(command: AddNewBook, context: Context) -> Any:
        begun.append(command.title)
        answer = add_new_book(command, context)
        if command.title == "Persuasion":
            hang()
        return answer

    handle(add)
    return begun


@pytest.mark.django_db(transaction=True)
def test_when_time_is_over_the_rest_of_a_batch_goes_back_and_none_is_half_done(
    hanging: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    left = iter([20_000, 1_700, 1_500, 1_400])  # milliseconds, at the beginning of each message
    context = SimpleNamespace(get_remaining_time_in_millis=left.__next__)

    assert from_queue(EMMA, PERSUASION, EMMA, EMMA, context=context) == ["message-2", "message-3", "message-4"]

    assert hanging == ["Emma", "Persuasion"], "what there is no time for is not begun"
    assert titles() == ["Emma"]
    assert [key for _, _, _, key in journal()] == ["message-1"]
    said = {each.getMessage(): each.levelname for each in caplog.records if each.name == messages.logger.name}
    assert said == {
        "Queued message message-2 was not carried out": "ERROR",
        "Queued message message-3 was not tried: there was no time left": "WARNING",
        "Queued message message-4 was not tried: there was no time left": "WARNING",
    }


@pytest.mark.django_db(transaction=True)
def test_a_message_that_hangs_takes_its_share_of_the_time_and_no_other_messages(hanging: list[str]) -> None:
    context = LambdaContext(ends=monotonic() + RESERVE + 3)

    assert from_queue(EMMA, PERSUASION, EMMA, context=context) == ["message-2"]

    assert titles() == ["Emma", "Emma"]
    assert context.get_remaining_time_in_millis() > RESERVE * 1000, "what the first left over was shared, too"


@pytest.mark.django_db(transaction=True)
def test_when_time_is_over_the_invoker_is_told_so_and_may_try_again(
    hanging: list[str], handle: Callable[[Handler], None]
) -> None:
    with pytest.raises(TimeoutError, match="no answer within the function's time"):
        messages.from_invoker(PERSUASION, nearly_over())
    assert journal() == []

    with pytest.raises(TimeoutError):
        messages.from_bus(bus(PERSUASION), nearly_over())
    assert titles() == []

    invoked(EMMA)
    assert titles() == ["Emma"]
