"""Every operation of the packaged functions, and every kind of event; all pairs of them: make soak."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from deploy.tests.events import HTTP_KINDS, KINDS, bus_event, http_answer, recorded
from deploy.tests.library import asking, is_id
from deploy.tests.operations import asked, each_by_a_kind, is_command, is_query
from deploy.tests.runtime import FunctionError


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
    if re.fullmatch(r"20[3-9]\d-\d\d-\d\d", str(answer)):  # of a closure, which no other may have
        last = arguments.get("last")
        return (date.fromisoformat(answer) - date.fromisoformat(last)).days if last else "a day of its own"
    return "a barcode" if re.fullmatch("[23][0-9]{13}", str(answer)) else answer


@each_by_a_kind(is_command, HTTP_KINDS)
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


@each_by_a_kind(is_query, HTTP_KINDS)
def test_a_query_by_rest_has_the_answer_of_a_direct_invocation(arrange, rest, kind, declared) -> None:
    good = asked(declared, arrange)

    answer = rest(kind).get(good.url)
    invoked = arrange(declared.operation.name, **good.arguments)

    assert (answer.status, answer.json()["results"]) == (200, invoked["results"])
    assert answer.json()["results"]
    assert (answer.json()["next"] is None) == (invoked["next"] is None)


@each_by_a_kind(is_command, ["direct", "bus", "schedule"])
def test_a_message_that_comes_twice_is_done_once(library, arrange, function, declared, kind) -> None:
    id, document = str(uuid4()), asking(declared.operation.name, **asked(declared, arrange).arguments)
    event = document if kind == "direct" else bus_event(document, id=id, kind=kind)

    first, second = (function.invoke(event, request_id=id) for _ in range(2))

    assert first == second
    assert (first is None) == (kind != "direct")
    assert library.times_done(id) == 1


def test_the_recorded_messages_are_served(library, function) -> None:
    assert function.invoke(recorded("queue")) == {"batchItemFailures": []}
    assert function.invoke(recorded("schedule")) is None
    for kind in ("bus", "direct"):
        with pytest.raises(FunctionError, match="The library has no book with this id"):
            function.invoke(recorded(kind))


@KINDS
def test_the_recorded_requests_are_served(function, kind) -> None:
    answer = http_answer(function.invoke(recorded(kind)))

    assert (answer.status, answer.json()) == (200, {"status": "ok"})
