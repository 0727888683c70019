"""Who somebody is, as pages show it."""

from datetime import date

from django import template
from django.conf import settings

from circulation.domain.words import told_apart

register = template.Library()


@register.filter
def or_card(birth_date: date | None, barcode: str) -> str:
    """What stands beside a name: the date of birth, else the card."""
    return told_apart(birth_date, barcode)


@register.filter
def born(birth_date: date | None) -> str:
    return told_apart(birth_date)


@register.filter
def language_name(code: str) -> str:
    """The language in which somebody is written to; empty, where it is none that the library writes."""
    return str(dict(settings.LANGUAGES).get(code, ""))
