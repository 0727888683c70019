"""The admin of circulation; Django looks for it here."""

from . import tables  # noqa: F401 - registers the tables
