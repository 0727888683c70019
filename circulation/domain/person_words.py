"""What tells people of one name apart: the date of birth; where it is not known, the library card."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def told_apart(birth_date: date | None, barcode: str = "") -> str:
    """What stands beside a name."""
    day = birth_date and date_format(birth_date, "SHORT_DATE_FORMAT")
    return _("born {day}").format(day=day) if day else barcode


def who(person: Any) -> str:
    """Name, date of birth and card of a row, as far as they are known."""
    said = (person.name, told_apart(person.birth_date), person.barcode)
    return " · ".join(each for each in said if each)
