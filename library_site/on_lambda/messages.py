"""Events that are messages: a direct invocation, a queue's batch, the event bus (schedules too), to dispatch().

All of them ask with the same document: {"operation": "BorrowBook", "arguments": {"book_id": ...}}, and may add an
"idempotency_key" of their own. Delivery is at least once, so the key is otherwise the message's id.
"""

import json
import logging
from typing import Any

from django.db import close_old_connections

from library_site.cqrs import Actor, Conflict, Context, DomainError, InvalidInput, NotFound, dispatch
from library_site.cqrs.answers import plain, problem_of
from library_site.cqrs.arguments import UnknownArgument, message_from
from library_site.cqrs.operations import operation_named
from library_site.cqrs.validation import each_key_once

from .deadline import DeadlineExceeded, NoTimeLeft, deadline
from .request_log import Refusal, logged

logger = logging.getLogger(__name__)

FIELDS = {"operation", "arguments", "idempotency_key"}


class Refused(Refusal):
    """A refusal, as Lambda tells it to the invoker: its message is the problem that REST would answer with.

    Lambda logs it too, so a conflict is told by its codes: its words may name people.
    """

    def __init__(self, refusal: DomainError) -> None:
        problem = problem_of(refusal)
        problem["detail"] = refusal.message
        if isinstance(refusal, Conflict):
            del problem["detail"]
        if "problems" in problem:
            problem["problems"] = [{"code": each.code} for each in refusal.problems]
        super().__init__(json.dumps(problem))
        self.status, self.code = problem["status"], refusal.code


class NotTried(TimeoutError):
    """There was no time left for it."""


def from_invoker(event: dict[str, Any], context: Any) -> Any:
    """The answer that REST gives. Raises Refused; a retry by Lambda has the same request id, and is done once."""
    return _answer_in_time("direct", event, context.aws_request_id, context)


def from_bus(event: dict[str, Any], context: Any) -> None:
    """An EventBridge event whose detail asks for an operation. Raises Refused: Lambda retries, then keeps it."""
    _answer_in_time("bus", event["detail"], event["id"], context)


def from_queue(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """An SQS batch: what was not carried out goes back to the queue, and in the end to its dead letters."""
    records = event["Records"]
    failed = [
        record["messageId"]
        for number, record in enumerate(records)
        if not _is_done(record, context, among=len(records) - number)
    ]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _is_done(record: dict[str, Any], context: Any, among: int) -> bool:
    """Whether it was carried out. If not, the log says why: of a refusal the code, for its words may name people.

    It has its part of the time that is left, `among` those that wait: one that hangs takes no other with it.
    """
    close_old_connections()  # one that the last message has lost is not this one's concern
    try:
        _answer_in_time("queue", record["body"], record["messageId"], context, among)
    except NotTried:
        logger.warning("Queued message %s was not tried: there was no time left", record["messageId"])
    except Refused as refusal:
        logger.error("Queued message %s was refused: %s", record["messageId"], refusal.code)
    except Exception:
        logger.exception("Queued message %s was not carried out", record["messageId"])
    else:
        return True
    return False


def _answer_in_time(kind: str, request: Any, message_id: str, context: Any, among: int = 1) -> Any:
    with logged(kind, message_id=message_id) as said:
        try:
            with deadline(context, among=among):
                return _answer(request, message_id, said)
        except NoTimeLeft as error:
            raise NotTried("There was no time left to begin with it.") from error
        except DeadlineExceeded as error:
            raise TimeoutError("There was no answer within the function's time.") from error


def _answer(request: Any, message_id: str, said: dict[str, Any]) -> Any:
    try:
        document = _document(request)
        operation = operation_named(str(document["operation"]))
        if operation is None:
            raise NotFound(f"There is no operation {document['operation']!r}.")
        said["operations"] = operation.name
        message = message_from(operation, document.get("arguments", {}))
        key = document.get("idempotency_key", message_id)
        return plain(dispatch(message, Context(actor=Actor.system("lambda"), source="lambda", idempotency_key=key)))
    except UnknownArgument as error:
        raise Refused(InvalidInput.of("arguments", str(error))) from error
    except DomainError as refusal:
        raise Refused(refusal) from refusal


def _document(request: Any) -> dict[str, Any]:
    """The document, from its text if need be. Raises InvalidInput for what is none."""
    try:
        document = json.loads(request, object_pairs_hook=each_key_once) if isinstance(request, str) else request
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "operation" not in document or set(document) - FIELDS:
        raise InvalidInput.of("", 'It must be {"operation": "...", "arguments": {...}}, perhaps "idempotency_key".')
    if not isinstance(document.get("arguments", {}), dict) or not isinstance(document.get("idempotency_key", ""), str):
        raise InvalidInput.of("", '"arguments" must be an object, and "idempotency_key" a text.')
    return document
