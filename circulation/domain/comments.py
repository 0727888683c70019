"""Lines that are kept in the status comments of people: in the library's own language, whoever has asked for what."""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from library_site.cqrs.texts import long_date


def loss_comment(title: str, reported_on: date) -> str:
    """The line in a borrower's status comment that a loss leaves, and that finding the book takes away."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("“{title}” was reported missing on {day}.").format(title=title, day=long_date(reported_on))


def reinstated_comment(reason: str, today: date) -> str:
    """The line in a status comment that takes the place of the reason of a suspension."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Reinstated on {day}: {reason}").format(day=long_date(today), reason=reason)
