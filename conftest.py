"""What every test has, whichever app it belongs to."""

from tests.conftest import api, desk, handle, librarian, one_door, pytest_collection_modifyitems, supervisor, token

__all__ = ["api", "desk", "handle", "librarian", "one_door", "pytest_collection_modifyitems", "supervisor", "token"]
