"""What is counted over everything is counted seldom: the answer is kept for a while, and says of when it is."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from hashlib import sha256
from time import perf_counter
from typing import Any, TypeVar

from django.core.cache import cache

from library_site.cqrs import Context, Page, Query, read_database

Q = TypeVar("Q", bound=Query[Any])
Counting = Callable[[Q, Context], Page[Any]]

LONG = 0.025
"""Seconds that an answer takes at least for it to be kept: in a smaller library everything is counted each time."""

TIMES = 100
"""For how many times as long as it took it is kept, in this process: counting takes a hundredth of its time at most."""


def counted_seldom(count: Counting[Q]) -> Counting[Q]:
    """Let a handler answer what it has answered to the same question before, if to count it takes long."""

    @wraps(count)
    def kept(query: Q, context: Context) -> Page[Any]:
        asked = sha256(f"{query} {context.today} {read_database()}".encode()).hexdigest()
        page: Page[Any] | None = cache.get(asked)
        if page is None:
            began = perf_counter()
            page = replace(count(query, context), counted_at=context.now)
            took = perf_counter() - began
            if took >= LONG:
                cache.set(asked, page, timeout=took * TIMES)
        return page

    return kept
