"""Everybody who borrows, one after the other, however many there are."""

from collections.abc import Iterator

from circulation.models import LibraryUser
from library_site.cqrs import read_database, streamed


def every_user() -> Iterator[LibraryUser]:
    """In the order in which they were registered."""
    return streamed(LibraryUser.objects.all(), "pk")


def how_many_users() -> int:
    return LibraryUser.objects.using(read_database()).count()
