"""Rules of columns that several models keep."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.policies import canonical_isbn
from catalog.text import name_key

MAX_NAME = 255
MAX_TITLE = 500
MAX_STATEMENT = 1000


def valid_isbn(value: str) -> None:
    """Raises ValidationError unless `value` is an ISBN-10 or ISBN-13, hyphens allowed."""
    if canonical_isbn(value) is None:
        raise ValidationError(
            _(
                "“%(value)s” is not a valid ISBN: the check digit or the number of digits is wrong. "
                "Compare it with the book; leave it empty for a book that has none."
            ),
            code="invalid_isbn",
            params={"value": value},
        )


def storable_name(value: str) -> None:
    """Raises ValidationError when the folded form of `value` is empty or too long to be kept unique."""
    if not 0 < len(name_key(value)) <= MAX_NAME:
        message = _("Give a name of 1 to %(limit)s characters.")
        raise ValidationError(message, code="invalid", params={"limit": MAX_NAME})


def refuse_duplicate(row: models.Model, key: str, *, about: str) -> None:
    """Raises ValidationError about the field `about` when another row has the same `key`, a unique column."""
    others = type(row)._default_manager.filter(**{key: getattr(row, key)}).exclude(pk=row.pk)
    if others.exists():
        constraint = next(each for each in row._meta.constraints if key in getattr(each, "fields", ()))
        raise ValidationError({about: ValidationError(str(constraint.violation_error_message), code="unique")})


def with_derived(update_fields: Iterable[str] | None, **sources: set[str]) -> set[str] | None:
    """`update_fields` and the columns derived from any of them (derived column = the names of its sources)."""
    if update_fields is None:
        return None
    names = set(update_fields)
    return names | {column for column, source in sources.items() if source & names}
