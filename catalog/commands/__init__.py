"""What changes the catalogue."""

from .add_new_book import AddNewBook

__all__ = ["AddNewBook"]
