"""The WSGI application: `gunicorn library_site.wsgi`."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters


class Request(WSGIRequest):
    """Django's, but in UTF-8 whatever charset it claims: JSON has no other (RFC 8259), our forms send no other.

    Charsets that Python knows but that are none of text (rot13, zip) would be a server error.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:  # its parameters are in no encoding; REST framework would read them again
            meta["CONTENT_TYPE"] = self.content_type = "application/octet-stream"
            self.content_params = {}


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library_site.settings")

application = get_wsgi_application()
application.request_class = Request
