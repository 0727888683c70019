"""The function's entry point: each kind of event to its adapter."""

import json
import logging

from apig_wsgi import make_lambda_handler
from msgspec import to_builtins

from library import events
from library.cqrs import DomainError

from . import application

answer_http = make_lambda_handler(application)


def handler(event, context):
    """What Lambda calls: with a request, a queue's batch, or the document of a direct invocation."""
    if "requestContext" in event:
        return answer_http(event, context)
    if "Records" in event:
        failed = [record["messageId"] for record in event["Records"] if not _is_done(record)]
        return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}
    return to_builtins(events.answer(event, context.aws_request_id))


def _is_done(record):
    """Whether it was carried out; if not, it goes back to the queue, and in the end to its dead letters."""
    try:
        events.answer(json.loads(record["body"]), record["messageId"])
    except DomainError as refusal:
        logging.getLogger(__name__).warning("Message %s was refused: %s", record["messageId"], refusal.code)
        return False
    return True
