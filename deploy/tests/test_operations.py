"""Every operation of the packaged functions, through every kind of event, and what a function serves of them."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from deploy.tests.events import KINDS, bus_event, http_answer, queue_event, recorded
from deploy.tests.library import Library, is_id
from deploy.tests.operations import COMMANDS, JSON, OPERATIONS, QUERIES, asked
from deploy.tests.runtime import Function, FunctionError


def shape(answer: Any, arguments: dict[str, Any]) -> Any:
    """A command's answer, with the names of arguments in the place of their ids, and nothing else that is new.

    (What other tests have left may be among the ids of a list.)
    """
    if isinstance(answer, dict):
        return {name: shape(value, arguments) for name, value in answer.items()}
    if isinstance(answer, list):
        return list(dict.fromkeys(shape(each, arguments) for each in answer))
    if is_id(answer):
        return next((name for name, value in arguments.items() if value == answer), "a new id")
    return "a barcode" if re.fullmatch("[23][0-9]{13}", str(answer)) else answer


@KINDS
@COMMANDS
def test_a_command_by_rest_is_done_once_for_its_key(library, arrange, rest, kind, declared) -> None:
    good, key, client = asked(declared, arrange), str(uuid4()), rest(kind)

    answers = [client.post(good.url, good.document, headers={"Idempotency-Key": key}) for _ in range(2)]

    assert [answer.status for answer in answers] == [good.status, good.status], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true"]
    assert library.times_done(key) == 1
    same = asked(declared, arrange)
    invoked = arrange(declared.operation.name, **same.arguments)
    assert shape(answers[0].json(), good.arguments) == shape(invoked, same.arguments)


@KINDS
@QUERIES
def test_a_query_by_rest_has_the_answer_of_a_direct_invocation(arrange, rest, kind, declared) -> None:
    good = asked(declared, arrange)

    answer = rest(kind).get(good.url)
    invoked = arrange(declared.operation.name, **good.arguments)

    assert (answer.status, answer.json()["results"]) == (200, invoked["results"])
    assert answer.json()["results"]
    assert (answer.json()["next"] is None) == (invoked["next"] is None)


@COMMANDS
def test_a_direct_invocation_that_lambda_retries_is_done_once(library, arrange, function, declared) -> None:
    event = {"operation": declared.operation.name, "arguments": asked(declared, arrange).arguments}
    request_id = str(uuid4())

    first, second = (function.invoke(event, request_id=request_id) for _ in range(2))

    assert first == second
    assert library.times_done(request_id) == 1


def test_a_key_of_its_own_comes_before_the_id_of_the_message(library, arrange, function) -> None:
    arguments = {"book_id": arrange.book(), "user_id": arrange.person()}
    event = recorded("direct") | {"arguments": arguments, "idempotency_key": str(uuid4())}

    assert function.invoke(event) == function.invoke(event)
    assert library.times_done(event["idempotency_key"]) == 1


@COMMANDS
def test_a_queued_message_that_comes_twice_is_done_once(library, arrange, function, declared) -> None:
    ids = str(uuid4()), str(uuid4())
    bodies = [
        json.dumps({"operation": declared.operation.name, "arguments": asked(declared, arrange).arguments}) for _ in ids
    ]
    event = queue_event(*bodies, ids=ids)

    assert [function.invoke(event), function.invoke(event)] == [{"batchItemFailures": []}] * 2
    assert [library.times_done(id) for id in ids] == [1, 1]


@pytest.mark.parametrize("kind", ["bus", "schedule"])
@COMMANDS
def test_an_event_of_the_bus_that_comes_twice_is_done_once(library, arrange, function, declared, kind) -> None:
    id = str(uuid4())
    detail = {"operation": declared.operation.name, "arguments": asked(declared, arrange).arguments}
    event = bus_event(detail, id=id, kind=kind)

    assert [function.invoke(event), function.invoke(event)] == [None, None]
    assert library.times_done(id) == 1


def test_the_recorded_messages_are_served(library, function) -> None:
    assert function.invoke(recorded("queue")) == {"batchItemFailures": []}
    assert function.invoke(recorded("schedule")) is None
    with pytest.raises(FunctionError, match="The library has no book with this id"):
        function.invoke(recorded("bus"))


@KINDS
def test_the_recorded_requests_are_served(function, kind) -> None:
    answer = http_answer(function.invoke(recorded(kind)))

    assert (answer.status, answer.json()) == (200, {"status": "ok"})


def test_a_refusal_is_the_problem_that_rest_answers_with(arrange, function, rest) -> None:
    book, _ = arrange.loan()
    person = arrange.person()

    answer = rest().post(f"/api/book/{book}/borrow", {"user_id": person})
    with pytest.raises(FunctionError) as refused:
        arrange("BorrowBook", book_id=book, user_id=person)

    assert (answer.status, answer.json()["code"]) == (409, "book_not_available")
    assert refused.value.kind == "Refused"
    assert json.loads(refused.value.message) == wordless(answer.json())


def wordless(problem: dict[str, Any]) -> dict[str, Any]:
    """A conflict without its words, which Lambda would log and which name people."""
    codes = [{"code": each["code"]} for each in problem["problems"]]
    return {name: value for name, value in problem.items() if name != "detail"} | {"problems": codes}


# What a function serves


@pytest.fixture(scope="module")
def narrow(library: Library) -> dict[str, Function]:
    """Functions that serve a part of the operations."""
    return {words: library.function(LIBRARY_OPERATIONS=words) for words in ("queries", "BorrowBook")}


@OPERATIONS
@pytest.mark.parametrize("words", ["queries", "BorrowBook"])
def test_what_a_function_does_not_serve_is_not_there(arrange, rest, narrow, words, declared) -> None:
    good, client, operation = asked(declared, arrange), rest(of=narrow[words]), declared.operation.name
    is_served = operation == words or (words == "queries" and declared.operation.is_query)

    answer = client.send(good.method, good.url, body=good.body, headers=JSON)

    assert answer.status == (good.status if is_served else 404), answer.text
    if not is_served:
        assert answer.json()["code"] == "not_found"
        with pytest.raises(FunctionError) as refused:
            narrow[words].invoke({"operation": operation, "arguments": good.arguments})
        assert (refused.value.kind, json.loads(refused.value.message)["code"]) == ("Refused", "not_found")
        event = queue_event(json.dumps({"operation": operation, "arguments": good.arguments}), ids=("an-id",))
        assert narrow[words].invoke(event) == {"batchItemFailures": [{"itemIdentifier": "an-id"}]}


@pytest.mark.parametrize("words", ["queries", "BorrowBook"])
def test_a_function_for_some_operations_has_no_desk_no_admin_and_no_crud(rest, narrow, words) -> None:
    client = rest(of=narrow[words])

    assert client.get("/healthz").status == 200
    for url in ("/", "/login", "/admin/", "/admin/login/", "/borrow-book", "/api/author", "/api/schema", "/api/docs"):
        assert client.get(url).status == 404, url
