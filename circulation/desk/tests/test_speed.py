"""How much of the processor a scan takes, beside a request in the same run that does next to nothing."""

from time import process_time
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from catalog.models import Book
from circulation.models import LibraryUser
from tests.library import add_book, lend, register

TIMES_NOTHING = 28


@pytest.mark.django_db
def test_a_scan_takes_so_many_times_what_a_bare_request_takes(desk: Client) -> None:
    """The least of several rounds, each of every request: what comes in between only makes one slower."""
    card = LibraryUser.objects.get(pk=register(verified=True))
    book, lent = (Book.objects.get(pk=each).barcode for each in (add_book(), lend()))
    scans: dict[str, dict[str, Any]] = {
        "card": {"typed": card.barcode},
        "loan": {"typed": book, "user_id": card.pk},
        "return": {"typed": book, "mode": "return"},
        "refusal": {"typed": lent, "user_id": card.pk},
        "letters": {"typed": "zzz", "user_id": card.pk},
    }
    taken: dict[str, list[float]] = {name: [] for name in ("nothing", *scans)}
    for _ in range(12):
        for name, times in taken.items():
            started = process_time()
            if name == "nothing":
                answer = desk.get("/healthz")
            else:
                said = {"mode": "lend", "scan_key": uuid4()} | scans[name]
                answer = desk.post("/", said, headers={"Accept": "application/json"})
            times.append(process_time() - started)
            assert answer.status_code == 200

    times_nothing = {name: min(times) / min(taken["nothing"]) for name, times in taken.items()}
    assert max(times_nothing.values()) < TIMES_NOTHING, times_nothing
