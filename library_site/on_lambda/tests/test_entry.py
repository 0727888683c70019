"""Which adapter an event goes to, and that whatever is none of ours goes to nobody."""

from collections.abc import Callable
from typing import Any

import pytest

from library_site.on_lambda import entry, http, messages

from .events import HTTP, LambdaContext, ask, bus, queue, v1, v2

pytestmark = pytest.mark.usefixtures("open_connections")


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The adapters that an event went to, none of which does anything; each answers with its name."""
    called: list[str] = []

    def adapter(name: str) -> Callable[[Any, Any], str]:
        def adapt(event: Any, context: Any) -> str:
            called.append(name)
            return name

        return adapt

    monkeypatch.setattr(http, "answer", adapter("answer"))
    for name in ("from_invoker", "from_bus", "from_queue"):
        monkeypatch.setattr(messages, name, adapter(name))
    return called


DOCUMENT = ask("GetMissingBooks")

OURS = {
    **{name: (make("/"), "answer") for name, make in HTTP.items()},
    "a direct invocation": (DOCUMENT, "from_invoker"),
    "a schedule with a constant": (DOCUMENT | {"idempotency_key": "today"}, "from_invoker"),
    "the bus": (bus(DOCUMENT), "from_bus"),
    "a queue": (queue(DOCUMENT, DOCUMENT), "from_queue"),
}


@pytest.mark.parametrize(("event", "adapter"), OURS.values(), ids=OURS)
def test_each_kind_of_event_goes_to_its_adapter(called: list[str], event: dict[str, Any], adapter: str) -> None:
    assert entry.handler(event, LambdaContext()) == adapter
    assert called == [adapter]


def record(source: str) -> dict[str, Any]:
    return {"eventSource": source, "messageId": "1", "body": "{}"}


THEIRS: dict[str, tuple[Any, str]] = {
    "nothing": (None, "NoneType"),
    "a list": ([DOCUMENT], "list"),
    "a text": ('{"operation": "GetMissingBooks"}', "str"),
    "an empty object": ({}, r"\[\]"),
    "Zappa's management command": ({"manage": "flush --no-input"}, r"\['manage'\]"),
    "Zappa's function": ({"command": "os.system"}, r"\['command'\]"),
    "Zappa's Python": ({"raw_command": "print(1)"}, r"\['raw_command'\]"),
    "Zappa's keep-warm": (bus({}), r"\['detail', 'detail-type', 'id', 'source', 'version'\]"),
    "a bus event of somebody else": (bus({"state": "stopped"}), "'detail'"),
    "a bus event of no object": (bus("operation"), "'detail'"),
    "a detail that no bus sent": ({"detail": DOCUMENT}, r"\['detail'\]"),
    "an empty batch": ({"Records": []}, r"\['Records'\]"),
    "records of S3": ({"Records": [record("aws:s3")]}, r"\['Records'\]"),
    "records of SNS": ({"Records": [{"EventSource": "aws:sns", "Sns": {}}]}, r"\['Records'\]"),
    "a mixed batch": ({"Records": [record("aws:sqs"), record("aws:kinesis")]}, r"\['Records'\]"),
    "records that are no list": ({"Records": "aws:sqs"}, r"\['Records'\]"),
    "records that are no objects": ({"Records": ["aws:sqs"]}, r"\['Records'\]"),
    "a web socket": ({"requestContext": {"eventType": "CONNECT", "connectionId": "1"}}, r"\['requestContext'\]"),
    "a failed invocation": (
        {"version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": DOCUMENT},
        r"\['requestContext', 'requestPayload', 'version'\]",
    ),
    "an authorizer's question (v1)": (v1("/") | {"type": "REQUEST", "methodArn": "arn:aws:execute-api"}, "'type'"),
    "an authorizer's question (v2)": (v2("/") | {"type": "REQUEST", "routeArn": "arn:aws:execute-api"}, "'type'"),
    "a context that is no object": ({"requestContext": "http", "httpMethod": "GET"}, r"\['httpMethod'"),
}


@pytest.mark.parametrize(("event", "named"), THEIRS.values(), ids=THEIRS)
def test_any_other_event_is_refused_by_what_it_holds_and_nothing_is_done(
    called: list[str], event: Any, named: str
) -> None:
    with pytest.raises(entry.UnknownEvent, match=named):
        entry.handler(event, LambdaContext())

    assert called == []


def test_what_is_refused_does_not_repeat_what_the_event_says() -> None:
    with pytest.raises(entry.UnknownEvent) as caught:
        entry.handler({"email": "ann@example.org"}, LambdaContext())

    assert "ann" not in str(caught.value)
