"""Operations, by event: {"operation": "BorrowBook", "arguments": {"book_id": 1, "user_id": 1}}."""

from .cqrs import Actor, Context, InvalidInput, NotFound, dispatch
from .cqrs.operations import operation_named


def answer(event):
    operation = operation_named(event["operation"])
    if operation is None:
        raise NotFound(f"There is no operation {event['operation']}.")
    try:
        message = operation.message(**event["arguments"])
    except TypeError as error:
        raise InvalidInput(str(error)) from error
    return dispatch(message, Context(actor=Actor("system:events"), source="event"))
