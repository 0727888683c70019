"""Operations, by event: {"operation": "BorrowBook", "arguments": {"book_id": 1, "user_id": 1}}.

A queue may deliver an event twice: its id is the key.
"""

from msgspec import ValidationError, convert

from .cqrs import Actor, Context, InvalidInput, NotFound, dispatch
from .cqrs.operations import operation_named


def answer(event, id=None):
    operation = operation_named(event["operation"])
    if operation is None:
        raise NotFound(f"There is no operation {event['operation']}.")
    try:
        message = convert(event["arguments"], operation.message)
    except ValidationError as error:
        raise InvalidInput(str(error)) from error
    return dispatch(message, Context(actor=Actor("system:events"), source="event", idempotency_key=id))
