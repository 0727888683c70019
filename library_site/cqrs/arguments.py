"""Messages from flat arguments: what the command line and Lambda events give."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, get_origin, get_type_hints

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .barcodes import id_of
from .errors import FieldError, InvalidInput
from .messages import Message
from .operations import RegisteredOperation

_MUST_BE = {
    "UUID": gettext_lazy("“{name}” must be an id (UUID)."),
    "int": gettext_lazy("“{name}” must be a whole number."),
    "bool": gettext_lazy("“{name}” must be true or false."),
    "date": gettext_lazy("“{name}” must be a date (YYYY-MM-DD)."),
}


class UnknownArgument(ValueError):
    """The message has no such field."""


def message_from(operation: RegisteredOperation, arguments: Mapping[str, Any]) -> Message[Any]:
    """The operation's message; texts are read as what its fields hold.

    An id may be given as the barcode that stands for it, and several words with commas between them. Raises
    UnknownArgument, NotFound for a barcode that nothing has, and InvalidInput with all that is missing or cannot be
    read.
    """
    known = {field.name: field for field in fields(operation.message)}
    if unknown := sorted(set(arguments) - set(known)):
        raise UnknownArgument(f"{operation.name} has no field {', '.join(unknown)}. It has: {', '.join(known)}.")
    hints = get_type_hints(operation.message)
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, field in known.items():
        if name not in arguments:
            errors += _missing(field)
            continue
        try:
            values[name] = _read(name, arguments[name], hints[name])
        except InvalidInput as error:
            errors += error.errors
    if errors:
        raise InvalidInput(*errors)
    return operation.message(**values)


def _read(name: str, value: Any, hint: Any) -> Any:
    if isinstance(value, str):
        if get_origin(hint) is tuple:
            value = [word.strip() for word in value.split(",") if word.strip()]
        else:
            value = id_of(name, value)
    try:
        return msgspec.convert(value, hint, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput.of(name, _must_be(hint).format(name=name)) from error


def _missing(field: Field[Any]) -> list[FieldError]:
    if field.default is not MISSING or field.default_factory is not MISSING:
        return []
    return [FieldError(field.name, "required", _("“{name}” is required.").format(name=field.name))]


def _must_be(hint: Any) -> str:
    text = next((text for name, text in _MUST_BE.items() if name in str(hint)), None)
    return _("“{name}” must be text.") if text is None else str(text)
