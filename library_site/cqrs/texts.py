"""Texts of the pages and of refusals: dates in words, and sentences one after the other."""

from datetime import date

from django.utils.formats import date_format


def written(day: date) -> str:
    """A day in words: 23 November 2026."""
    return date_format(day, "DATE_FORMAT")


def with_weekday(day: date) -> str:
    """A day in words: Monday, 23 November 2026."""
    return f"{date_format(day, 'l')}, {written(day)}"


def sentences(*said: str | None) -> str:
    """Those of these whole sentences that there are, one after the other."""
    return " ".join(each for each in said if each)
