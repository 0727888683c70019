"""The rules that the models and the database keep, said of what breaks them."""

import unicodedata
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from .errors import Conflict, FieldError, InvalidInput, StillReferenced


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


def field_errors(instance: Model, fields: Mapping[str, str]) -> list[FieldError]:
    """What the validators of a model's fields say of an instance.

    `fields` maps the names of the model's fields to check to the names that the message gives them.
    """
    others = {field.name for field in instance._meta.fields} - set(fields)
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as error:
        return [
            FieldError(fields[name], each.code or "invalid", message)
            for name, errors in error.error_dict.items()
            for each in errors
            for message in each.messages
        ]
    return []


def check_fields(instance: Model, fields: Mapping[str, str]) -> None:
    """Raises InvalidInput with everything that `field_errors` finds."""
    if errors := field_errors(instance, fields):
        raise InvalidInput(*errors)


def still_referenced(error: ProtectedError) -> Conflict:
    """What refers to a row that was to be deleted."""
    kinds = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
    message = _("It cannot be deleted while something refers to it: {kinds}.")
    return StillReferenced(message.format(kinds=", ".join(kinds)))
