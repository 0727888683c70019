"""The rules that the models and the database keep, said of what breaks them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from .errors import Conflict, FieldError, InvalidInput, StillReferenced

_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
"""What nobody sees, and no spelling needs: docs/adr/0020 says why each. (A list of ours: Python's grows by version.)"""

_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Which shape the letter before has."""

_JOINERS = "\u180e\u200c\u200d"
"""Whether two letters join, in Persian, Hindi, Mongolian, and emoji."""

_unseen = re.compile(f"[{_UNSEEN}]+")
_shaping = re.compile(
    f"(?=[{_SELECTORS}{_JOINERS}])([{_SELECTORS}]?)[{_SELECTORS}]*([{_JOINERS}]?)[{_SELECTORS}{_JOINERS}]*"
)

_BLANK = "\u2800"
"""An empty cell of Braille, which looks like a space."""

NOT_IN_KEYS = f"[{_UNSEEN}{_SELECTORS}{_JOINERS}{_BLANK}]"
"""A regular expression, of Python and of PostgreSQL, that finds what keys do not have, or have otherwise."""

_not_in_keys = re.compile(NOT_IN_KEYS)


def as_seen(given: Any) -> Any:
    """What was given, without what nobody sees; texts in lists and mappings, too.

    What shapes letters stays where it does: one selector behind what is seen, one joiner between.
    """
    if isinstance(given, str):
        return given if given.isascii() else _as_seen(given)
    if isinstance(given, Mapping):
        return {name: as_seen(value) for name, value in given.items()}
    return type(given)(map(as_seen, given)) if type(given) in {list, tuple} else given


def _as_seen(text: str) -> str:
    return _shaping.sub(_where_it_shapes, _unseen.sub("", text).replace(_BLANK, " "))


def _where_it_shapes(found: re.Match[str]) -> str:
    text, start, end = found.string, *found.span()
    if not text[max(0, start - 1) : start].strip():
        return ""
    return found[1] + (found[2] if text[end : end + 1].strip() else "")


def in_keys(text: str) -> str:
    """The text as keys and look-ups have it: without what nobody sees, and what only shapes letters."""
    return text if text.isascii() else _not_in_keys.sub("", text.replace(_BLANK, " "))


def is_plain(text: str) -> bool:
    """Whether a text holds nothing but what a keyboard types."""
    return text.isprintable() or not any(
        unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\r\n" for character in text
    )


def plain_text(text: str) -> None:
    """Refuse what no keyboard types and no database stores: NUL and other control characters, half characters.

    Raises ValidationError.
    """
    if not is_plain(text):
        message = _("This text holds characters that cannot be stored. Type it anew.")
        raise ValidationError(message, code="invalid")


def each_key_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises InvalidInput for a key that it has twice: readers differ in which of them they take."""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((key, _times),) = Counter(key for key, _value in pairs).most_common(1)
        name = key[:100].encode(errors="replace").decode()
        raise InvalidInput.of(name, _("“{name}” is given more than once.").format(name=name), "duplicate")
    return found


def field_errors(instance: Model, fields: Mapping[str, str]) -> list[FieldError]:
    """What the validators of a model's fields say of an instance.

    `fields` maps the names of the model's fields to check to the names that the message gives them.
    """
    others = {field.name for field in instance._meta.fields} - set(fields)
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as error:
        return [each for name, errors in error.error_dict.items() for each in _said(errors, fields[name])]
    return []


def value_errors(field: Any, value: Any, called: str) -> list[FieldError]:
    """The same of a value that a model's field is to have, without an instance."""
    try:
        field.clean(value, None)
    except ValidationError as error:
        return [*_said(error.error_list, called)]
    return []


def _said(errors: Sequence[ValidationError], called: str) -> Iterator[FieldError]:
    for each in errors:
        for message in each.messages:
            yield FieldError(called, each.code or "invalid", message)


def check_fields(instance: Model, fields: Mapping[str, str]) -> None:
    """Raises InvalidInput with everything that `field_errors` finds."""
    if errors := field_errors(instance, fields):
        raise InvalidInput(*errors)


def still_referenced(error: ProtectedError) -> Conflict:
    """What refers to a row that was to be deleted."""
    kinds = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
    message = _("It cannot be deleted while something refers to it: {kinds}.")
    return StillReferenced(message.format(kinds=", ".join(kinds)))
