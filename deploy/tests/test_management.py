"""Management commands of a library that is deployed."""

import io
import json
from typing import Any

import boto3
import pytest

from deploy.generated import functions
from deploy.management import CommandFailed, manage


class Lambda:
    """Its API, as far as invoking goes."""

    def __init__(self, payload: Any, **more: str) -> None:
        self.payload, self.more = payload, more
        self.asked: tuple[Any, ...] = ()

    def client(self, service: str, **options: Any) -> "Lambda":
        self.asked = (service, options["region_name"], options["config"])
        return self

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.asked += (FunctionName, json.loads(Payload))
        return {"Payload": io.BytesIO(json.dumps(self.payload).encode())} | self.more


def test_a_command_is_asked_for_once_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Lambda("No migrations to apply.\n")
    monkeypatch.setattr(boto3, "client", aws.client)

    assert manage(*functions()["maintenance"], ["migrate", "--plan"]) == "No migrations to apply.\n"

    service, region, config, name, event = aws.asked
    assert (service, region, name) == (
        "lambda",
        functions()["maintenance"][1]["aws_region"],
        "library-maintenance:live",
    )
    assert event == {"manage": "migrate --plan"}
    assert (config.read_timeout, config.retries) == (930, {"total_max_attempts": 1})


def test_a_command_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Lambda({"errorType": "NotAllowed", "errorMessage": "The event must be ..."}, FunctionError="Unhandled")
    monkeypatch.setattr(boto3, "client", aws.client)

    with pytest.raises(CommandFailed, match="The event must be"):
        manage(*functions()["maintenance"], ["shell"])
