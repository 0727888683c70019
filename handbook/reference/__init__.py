"""The reference: a page for each command and query, made of what the code and its tests declare."""

from handbook import project  # noqa: F401 - the modules below need Django

from .pages import pages

__all__ = ["pages"]
