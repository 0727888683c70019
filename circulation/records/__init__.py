"""Edits of records, carried out as the tasks that they mean: what is left of writing by CRUD."""

from . import books, opening, people  # noqa: F401 - registers what carries the edits out
