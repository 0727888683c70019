"""Messages that make no sense to a packaged function, that fail in part, or that are none of ours."""

import json
from uuid import uuid4

import pytest

from deploy.tests.events import REFUSED, queue_event, recorded
from deploy.tests.runtime import FunctionError
from tests.arranger import new_person


@pytest.mark.parametrize(
    "request_",
    [
        {"operation": "NoSuchOperation"},
        {"operation": "RegisterUser"},
        {"operation": "RegisterUser", "arguments": []},
        {"operation": "RegisterUser", "arguments": {"name": "x", "email": "x@x.org"}, "as": "root"},
        {"operation": "RegisterUser", "arguments": {"name": "x", "email": "x@x.org", "status": "VERIFIED"}},
        {"operation": "RegisterUser", "arguments": {"name": "x", "email": "x@x.org"}, "idempotency_key": ""},
        {"operation": ["RegisterUser"], "arguments": {"name": "x", "email": "x@x.org"}},
        {"operation": None},
    ],
)
def test_a_direct_invocation_that_makes_no_sense_is_refused(library, function, request_) -> None:
    before = library.done()
    with pytest.raises(FunctionError) as refused:
        function.invoke(request_)

    assert refused.value.kind == "Refused"
    assert json.loads(refused.value.message)["status"] in {400, 404}
    assert library.done() == before


def test_of_a_batch_only_what_was_not_carried_out_goes_back(library, arrange, function) -> None:
    book, _ = arrange.loan()
    person = new_person()
    bodies = {
        "good": json.dumps({"operation": "RegisterUser", "arguments": person}),
        "malformed": "{",
        "empty": "",
        "no document": '"RegisterUser"',
        "refused": json.dumps({"operation": "BorrowBook", "arguments": {"book_id": book, "user_id": arrange.person()}}),
        "unknown": json.dumps({"operation": "BurnBook", "arguments": {}}),
        "a stranger's": json.dumps({"Type": "Notification", "Message": "{}"}),
        "good too": json.dumps({"operation": "ReturnBook", "arguments": {"book_id": book}}),
    }
    ids = {name: str(uuid4()) for name in bodies}

    answer = function.invoke(queue_event(*bodies.values(), ids=tuple(ids.values())))

    failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
    assert {name for name, id in ids.items() if id not in failed} == {"good", "good too"}
    assert len(answer["batchItemFailures"]) == len(bodies) - 2
    assert {name: library.times_done(id) for name, id in ids.items() if id not in failed} == {"good": 1, "good too": 1}


@pytest.mark.parametrize("name", REFUSED)
def test_an_event_that_is_none_of_ours_is_refused_loudly(library, function, name) -> None:
    before = library.done()

    with pytest.raises(FunctionError) as refused:
        function.invoke(recorded(f"refused/{name}"))

    assert refused.value.kind == "UnknownEvent"
    assert library.done() == before
