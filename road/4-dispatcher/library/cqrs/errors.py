class DomainError(Exception):
    """A refusal: a sentence that a librarian can act on, and a code for programs."""

    code = "refused"


class NotFound(DomainError):
    """The library has nothing with this id."""

    code = "not_found"


class Conflict(DomainError):
    """The state of the library forbids it now."""

    code = "conflict"


class NotAllowed(DomainError):
    """The actor may not do this."""

    code = "permission_denied"
