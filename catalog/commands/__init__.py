"""What changes the catalogue."""

from .add_copies import AddCopies
from .add_new_book import AddNewBook

__all__ = ["AddCopies", "AddNewBook"]
