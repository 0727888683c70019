"""Reading a list a page at a time."""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from library_site.cqrs import Page, Query, dispatch
from tests.library import context

T = TypeVar("T")


def there_and_back(query: Query[Page[T]], *, size: int = 2, now: datetime | None = None) -> list[T]:
    """All rows of a list, read a few at a time to its end, and found the same on the way back."""
    query = replace(query, page_size=size)
    page = dispatch(query, context(now=now))
    assert page.previous is None
    pages = [page.rows]
    while page.next:
        page = dispatch(replace(query, cursor=page.next), context(now=now))
        pages.append(page.rows)
    back = [page.rows]
    while page.previous:
        page = dispatch(replace(query, cursor=page.previous), context(now=now))
        back.append(page.rows)
    assert back[::-1] == pages
    return [row for rows in pages for row in rows]
