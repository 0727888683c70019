"""What became of each row of a file."""

from dataclasses import dataclass
from enum import StrEnum


class Became(StrEnum):
    """What a row became. Each becomes one of these."""

    ADDED = "added"
    THERE = "already there"
    NOT_A_PERSON = "not a person"
    NOT_A_LOAN = "not a loan"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Fate:
    """Of the row that starts on `line`; `remarks` say why, and what was left out; `also` is what else was done."""

    line: int
    became: Became
    taken_for: str = ""
    remarks: tuple[str, ...] = ()
    also: str = ""


class Unusable(ValueError):
    """The row does not say what is needed; the message says what is missing."""


class SomethingElse(ValueError):
    """The row is of something else; the message says of what."""
