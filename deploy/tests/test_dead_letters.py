"""What could not be carried out: where it is kept, and how it is taken up again."""

import json
from typing import Any

import pytest

from deploy.functions.dead_events import dead_events
from deploy.topologies import ALIAS

from .aws import Aws


@pytest.fixture
def queues(aws: Aws) -> dict[str, str]:
    """The URLs of the queues of a topology with two functions for commands, by their outputs."""
    return aws.step("extracted", "prepare")


def test_messages_of_all_queues_die_in_one_that_knows_where_they_come_from(aws: Aws, queues: dict[str, str]) -> None:
    """So that `aws sqs start-message-move-task` takes each back to its own."""
    sqs = aws.client("sqs")
    sent = sqs.send_message(QueueUrl=queues["BorrowBookQueue"], MessageBody="{}")["MessageId"]

    for _ in range(6):
        sqs.receive_message(QueueUrl=queues["BorrowBookQueue"], VisibilityTimeout=0)

    (dead,) = sqs.receive_message(QueueUrl=queues["DeadMessages"])["Messages"]
    assert dead["MessageId"] == sent
    assert "Messages" not in sqs.receive_message(QueueUrl=queues["DeadEvents"])
    sources = sqs.list_dead_letter_source_queues(QueueUrl=queues["DeadMessages"])["queueUrls"]
    assert {each.rpartition("/")[2] for each in sources} == {"library-borrow-book", "library-other-commands"}


EVENT = {"detail-type": "Scheduled Event", "id": "7bf7", "detail": {"operation": "EndSuspensions", "arguments": {}}}
FUNCTION = f"arn:aws:lambda:{Aws.region}:123456789012:function:library-other-commands:{ALIAS}"
ENVELOPE = {  # as Lambda makes them
    "version": "1.0",
    "timestamp": "2026-11-30T03:04:05.678Z",
    "requestContext": {
        "requestId": "e4b4",
        "functionArn": FUNCTION,
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": EVENT,
    "responseContext": {"statusCode": 200, "executedVersion": "7", "functionError": "Unhandled"},
    "responsePayload": {"errorType": "OperationalError", "errorMessage": "..."},
}
LINE = (
    '2026-11-30T03:04:05.678Z library-other-commands: {"operation": "EndSuspensions", "arguments": {}}, '
    "RetriesExhausted, OperationalError"
)


class Functions:
    """Lambda, as far as its events go."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def invoke(self, **request: Any) -> None:
        self.sent.append(request | {"Payload": json.loads(request["Payload"])})


def test_dead_events_are_shown_and_stay(aws: Aws, queues: dict[str, str]) -> None:
    sqs, functions = aws.client("sqs"), Functions()
    sqs.send_message(QueueUrl=queues["DeadEvents"], MessageBody=json.dumps(ENVELOPE))

    assert list(dead_events(sqs, functions, queues["DeadEvents"], send=False)) == [LINE]

    assert functions.sent == []
    about = sqs.get_queue_attributes(QueueUrl=queues["DeadEvents"], AttributeNames=["All"])["Attributes"]
    assert about["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_dead_events_are_sent_once_more_as_they_were(aws: Aws, queues: dict[str, str]) -> None:
    """With their id, so that what was carried out all the same is not done twice."""
    sqs, functions = aws.client("sqs"), Functions()
    for _ in range(12):
        sqs.send_message(QueueUrl=queues["DeadEvents"], MessageBody=json.dumps(ENVELOPE))

    assert list(dead_events(sqs, functions, queues["DeadEvents"], send=True)) == [LINE] * 12

    assert functions.sent == [{"FunctionName": FUNCTION, "InvocationType": "Event", "Payload": EVENT}] * 12
    about = sqs.get_queue_attributes(QueueUrl=queues["DeadEvents"], AttributeNames=["All"])["Attributes"]
    assert about["ApproximateNumberOfMessages"] == about["ApproximateNumberOfMessagesNotVisible"] == "0"
