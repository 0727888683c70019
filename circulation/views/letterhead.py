"""What stands on top of every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from circulation.reading.letterhead import letterhead


def on_top(request: HttpRequest) -> dict[str, Any]:
    """For every template: the library's name and address, which are read where they are shown."""
    return {"library": SimpleLazyObject(lambda: letterhead(asks=request.user.is_authenticated))}
