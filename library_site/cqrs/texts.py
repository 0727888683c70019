"""Texts of the pages and of refusals: dates in words, and sentences one after the other."""

from datetime import date

from django.utils.formats import date_format


def long_date(day: date) -> str:
    """A day in words: 23 November 2026."""
    return date_format(day, "DATE_FORMAT")


def weekday_and_date(day: date) -> str:
    """A day in words: Monday, 23 November 2026."""
    return f"{date_format(day, 'l')}, {long_date(day)}"


def sentences(*texts: str | None) -> str:
    """Those of these whole sentences that there are, one after the other."""
    return " ".join(each for each in texts if each)
