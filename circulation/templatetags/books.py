"""The state of a book and its due day, as pages show them."""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from circulation.domain.words import overdue_days, status_label

register = template.Library()

register.filter("status_label", status_label)


@register.filter
def is_overdue(due_on: date | None) -> bool:
    return overdue_days(due_on, timezone.localdate()) > 0


@register.filter
def days_overdue(due_on: date | None) -> int:
    return overdue_days(due_on, timezone.localdate())


@register.filter
def short_due_day(due_on: date | None) -> str:
    """In digits; a loan that was made by CRUD has none."""
    return date_format(due_on, "SHORT_DATE_FORMAT") if due_on else _("no due date")
