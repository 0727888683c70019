"""The reference: a page for each command and query, made of what the code and its tests declare."""

from .pages import pages

__all__ = ["pages"]
