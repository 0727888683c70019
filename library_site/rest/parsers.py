"""Request bodies."""

import codecs
import io
import json
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.utils.json import strict_constant

from library_site.cqrs.validation import each_key_once

_decoder = json.JSONDecoder(parse_constant=strict_constant, object_pairs_hook=each_key_once)


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = gettext_lazy("The request is too large.")


class JSONParser(parsers.JSONParser):
    """JSON of a bounded depth, in whole characters, whose objects have each key once.

    Raises InvalidInput for a key that is there twice: who reads the first and who reads the last would not agree.
    """

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read()
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            text = codecs.getreader(encoding)(io.BytesIO(body)).read()
            data = _decoder.decode(text)
            if b"\\ud" in body.lower():
                json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError(_("JSON parse error - nested too deeply")) from None
        except UnicodeEncodeError:
            raise ParseError(_("JSON parse error - half a character")) from None
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from None
        return data
