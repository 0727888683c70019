"""The WSGI application: `granian --interface wsgi library_site.wsgi:application`."""

import os
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from library_site.cqrs.apps import check_library_operations


class Request(WSGIRequest):
    """Django's, but for its charset and its base path.

    It is in UTF-8 whatever it claims: JSON has no other (RFC 8259), our forms send no other, and charsets that Python
    knows but that are none of text (rot13, zip) would be a server error. Some gateways hand the base path on and some
    take it off: here it is always off. Who serves it may want to know which URL it was found to be: "library.in_work".
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        path = environ.get("PATH_INFO", "")
        if settings.BASE_PATH and f"{path}/".startswith(f"{settings.BASE_PATH}/"):
            environ = environ | {"PATH_INFO": path.removeprefix(settings.BASE_PATH)}
        super().__init__(environ)
        environ.get("library.in_work", []).append(self)

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:  # its parameters are in no encoding; REST framework would read them again
            meta["CONTENT_TYPE"] = self.content_type = "application/octet-stream"
            self.content_params = {}


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library_site.settings")

application = get_wsgi_application()
application.request_class = Request

if mistakes := check_library_operations():
    raise ImproperlyConfigured(" ".join(f"{mistake.msg} {mistake.hint}" for mistake in mistakes))
