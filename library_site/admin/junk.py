"""What no person sends to the admin: it is bad input, whatever it makes Django's views or the database raise."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, FieldError, ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

logger = logging.getLogger(__name__)

MADE_BY_JUNK = (DataError, FieldError, OverflowError, ValidationError, ValueError)
"""What Django and the databases raise for ids, days and lookups that are none."""

NO_FILTER_ASKS_BY = {"regex", "iregex", "range"}
"""Lookups whose junk Django hands on to the database, where it may cost any time."""

View = Callable[..., HttpResponse]


def refusing_junk(admin_view: Callable[..., View]) -> Callable[..., View]:
    """A site's `admin_view`, through which every page of every table goes: junk is answered by 400.

    A fault of ours may look the same, so that the log has where it came from.
    """

    def wrap(view: View, cacheable: bool = False) -> View:
        inner = admin_view(view, cacheable)

        @wraps(inner)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if any(name.rpartition("__")[2] in NO_FILTER_ASKS_BY for name in request.GET):
                raise BadRequest
            try:
                response = inner(request, *args, **kwargs)
                return response.render() if isinstance(response, TemplateResponse) else response
            except MADE_BY_JUNK as error:
                logger.warning("Junk was sent to the admin, or so it seems", exc_info=True)
                raise BadRequest from error

        return answer

    return wrap
