"""What adapters answer: the one table of HTTP statuses, and a refusal as plain values."""

from .errors import Conflict, InvalidInput, NotAllowed, NotFound

STATUSES = {InvalidInput: 400, NotAllowed: 403, NotFound: 404, Conflict: 409}


def status_of(refusal):
    return next(status for kind, status in STATUSES.items() if isinstance(refusal, kind))


def problem_of(refusal):
    return {"status": status_of(refusal), "code": refusal.code, "detail": str(refusal)}
