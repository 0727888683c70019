"""How long searches take: `DATABASE_URL=… python -m bench.growth --searches 300`, of the library that is there.

Each asks for one to three words of a row, or for beginnings of them from one letter on; of books also with a status.
Half of the words are those of rows, so that common ones come often, half are any words of the library; and `0`.
"""

from collections.abc import Iterator
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from catalog.models import Author, Book
from catalog.queries import SearchAuthors, SearchBooks
from circulation.models import LibraryUser
from circulation.queries import SearchUsers
from library_site.cqrs import dispatch
from tests.library import context

REPEATS = 3
LETTERS = (1, 2, 3, 4, 100)
SLOWEST = 5
"""So many are shown."""


def typed(keys: list[str], random: Random, number: int) -> Iterator[str]:
    """What is typed to find rows with such keys."""
    rows = [[word for word in key.split() if word[0].isalnum()] for key in keys]
    every = sorted({word for row in rows for word in row})
    yield "0"
    for turn in range(number):
        row = random.choice(rows) if turn % 2 else random.sample(every, 3)
        words = random.sample(row, min(random.randint(1, 3), len(row)))
        yield " ".join(word[: random.choice(LETTERS)] for word in words)


def messages(number: int) -> Iterator[tuple[str, Any]]:
    """Names, and so many of each."""
    random = Random(1)  # noqa: S311 - the same each time
    models: tuple[tuple[Any, Any], ...] = ((SearchBooks, Book), (SearchAuthors, Author), (SearchUsers, LibraryUser))
    for search, model in models:
        keys = [*model._default_manager.order_by("pk").values_list("search_key", flat=True)]
        for q in typed(keys, random, number):
            yield search.__name__, search(q=q)
            if search is SearchBooks:
                yield "SearchBooks with a status", search(q=q, status=random.choice(Book.Status.values))


def milliseconds(message: Any) -> float:
    """The median, less the first time."""
    took = []
    for _ in range(1 + REPEATS):
        began = perf_counter()
        dispatch(message, context())
        took.append((perf_counter() - began) * 1000)
    return median(took[1:])


def main(number: int) -> None:
    took: dict[str, list[tuple[float, str]]] = {}
    for name, message in messages(number):
        took.setdefault(name, []).append((milliseconds(message), f"{message.q} {getattr(message, 'status', '') or ''}"))
    for name, all_of_it in took.items():
        parts = quantiles([each for each, _ in all_of_it], n=20)
        print(f"{name}: p50 {parts[9]:.1f} ms, p95 {parts[18]:.1f} ms, of {len(all_of_it)}; the slowest:")
        for each, what in sorted(all_of_it, reverse=True)[:SLOWEST]:
            print(f"    {each:.1f} ms: {what}")
