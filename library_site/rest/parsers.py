"""Request bodies."""

import io
import json
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = gettext_lazy("The request is too large.")


class JSONParser(parsers.JSONParser):
    """JSON of a bounded depth, in whole characters."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read()
        try:
            data = super().parse(io.BytesIO(body), media_type, parser_context)
            if b"\\ud" in body.lower():
                json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError(_("JSON parse error - nested too deeply")) from None
        except UnicodeEncodeError:
            raise ParseError(_("JSON parse error - half a character")) from None
        return data
