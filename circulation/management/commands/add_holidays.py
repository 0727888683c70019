"""The holidays of a country into the calendar, each by SetCalendarException. Adapter: it translates, nothing else."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from datetime import date
from typing import Any

import holidays
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from circulation.commands import SetCalendarException
from circulation.models import CalendarException
from library_site.cqrs import Actor, Context, DomainError, dispatch

MAX_NOTE = 200


class Command(BaseCommand):
    help = (
        "Says in the calendar that the library is closed on the public holidays of a country. What the calendar says "
        "already of such a day is left as it is, so that it may be run again at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("country", metavar="COUNTRY", help="Its code (ISO 3166-1): DE.")
        parser.add_argument("--subdivision", metavar="CODE", help="A part of it with holidays of its own: BY.")
        parser.add_argument(
            "--year",
            dest="years",
            metavar="YYYY",
            type=_year,
            nargs="+",
            action="extend",
            help="Of which years (this one and the next).",
        )
        parser.add_argument(
            "--replace", action="store_true", help="Close the library on days, too, that are set already."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        this_year = timezone.localdate().year
        years = options["years"] or [this_year, this_year + 1]
        found = _holidays(options["country"].upper(), options["subdivision"], years)
        days = {day: name for day, name in found.items() if day >= timezone.localdate()}
        left = {} if options["replace"] else _set_already(days)
        for day, name in sorted(days.items()):
            if day in left:
                self.stdout.write(f"{day} {name}: left {'open' if left[day] else 'closed'}")
            else:
                _close(day, name)
                self.stdout.write(f"{day} {name}")
        self.stdout.write(f"Days closed: {len(days) - len(left)}. Left as they were: {len(left)}.")


def _holidays(country: str, subdivision: str | None, years: list[int]) -> Mapping[date, str]:
    """The names of the holidays, in English if there are translations. Raises CommandError where there are none."""
    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=years, language="en_US")
    except NotImplementedError as error:
        raise CommandError(_what_there_is(country, subdivision)) from error
    if not found:
        raise CommandError(f"No holidays of {country} are known in {', '.join(map(str, years))}.")
    return found


def _what_there_is(country: str, subdivision: str | None) -> str:
    countries = holidays.list_supported_countries(include_aliases=False)
    if country not in countries:
        return f"There are no holidays of “{country}”. There are those of: {', '.join(sorted(countries))}."
    parts = ", ".join(countries[country]) or "none"
    return f"{country} has no subdivision “{subdivision}” with holidays of its own. There are: {parts}."


def _set_already(days: Mapping[date, str]) -> dict[date, bool]:
    """The days of which the calendar says something, and whether the library is open on them."""
    return dict(CalendarException.objects.filter(day__in=days).values_list("day", "is_open"))


def _close(day: date, name: str) -> None:
    command = SetCalendarException(day=day, note=name[:MAX_NOTE])
    try:
        dispatch(command, Context(actor=Actor.system("cli"), source="cli"))
    except DomainError as refusal:
        raise CommandError(f"{day} {name}: {refusal.message}") from refusal


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1970 <= int(text) <= 2100):
        raise ArgumentTypeError(f"{text!r} is not a year from 1970 to 2100.")
    return int(text)
