"""What the bench measures is what it says: a library as the application writes it, peers that do the same, a page."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from bench.speed import library, report, results, servers
from bench.speed.cases import BORROW, Cases, of_this_library
from bench.speed.load import answer
from bench.speed.results import Growth, Journey, Sample, Speed, Where
from bench.speed.rows import Size
from bench.speed.run import compare
from catalog.models import Author, Book
from catalog.queries import SearchBooks
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from tests.library import context

if connection.vendor == "postgresql":

    @pytest.fixture
    def asked(transactional_db: None) -> Iterator[Cases]:
        """What is asked of a small library."""
        library.load(Size(400))
        yield of_this_library(lend=8)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE authtoken_token")

    @pytest.mark.soak
    @pytest.mark.django_db(transaction=True)
    def test_the_library_is_as_the_application_writes_it_and_its_peers_answer_the_same(
        asked: Cases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call_command("check_journal")
        book = Book.objects.filter(status="AVAILABLE").earliest("pk")
        found = dispatch(SearchBooks(q=" ".join(word[:3] for word in book.title.split())), context()).rows
        assert book.pk in {each.id for each in found}
        for row in (book, LibraryUser.objects.earliest("pk"), Author.objects.get(book=book)):
            loaded = row.search_key
            row.save()
            assert row.search_key == loaded

        monkeypatch.setattr(servers, "WORKERS", 1)
        monkeypatch.setattr(servers, "RESULTS", tmp_path)
        with servers.at_work(servers.COMMANDS, url(), DEBUG="True") as at_work:  # without collected static files
            compare(asked, at_work)
            for place, (name, server) in enumerate(at_work.items()):
                load = asked.fresh(BORROW, name)
                load = replace(load, sent=load.sent[place:])
                said = json.loads(answer(load, server.port))
                lent = Book.objects.get(pk=said["book_id"])
                assert said == {"book_id": str(lent.pk)} | loan_of(lent)
                with pytest.raises(SystemExit, match="was answered 409"):
                    answer(load, server.port)

    def loan_of(book: Book) -> dict[str, str]:
        return {"user_id": str(book.borrower_id), "loan_id": str(book.loan_id), "due_on": str(book.due_on)}

    def url() -> str:
        at = connection.settings_dict
        return f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def test_the_page_says_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Medians of the rounds, and the library's rate as a part of each peer's."""
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    library, floor = servers.PRODUCT + servers.BY_GUNICORN, servers.FLOOR + servers.BY_GUNICORN
    rates = {servers.PRODUCT: (1, 50, 80), servers.FLOOR: (100, 100, 100), library: (40, 40, 40), floor: (80, 80, 80)}
    rates |= {servers.DRF: (25, 25, 25), servers.FASTAPI: (200, 200, 200)}
    samples = [Sample(name, BORROW, rate, 1, 2, 3, 4, 5) for name, of in rates.items() for rate in of]
    journeys = [Journey(servers.PRODUCT, BORROW, 8.25, 20.5, 12)]
    results.keep("speed", Speed("2026-11-30", "a machine", "", 1000, 3, 5, samples, 1.02, journeys))
    results.keep("growth", Growth("2026-11-30", "a machine", [1000, 100_000], {"GetJournal": [2, 3]}))
    with pytest.raises(SystemExit, match="make bench-where"):
        report.page()
    results.keep("where", [Where(BORROW, 9.5, {"psycopg": 0.25}, {"journal": 0.5})])

    page = report.page()

    assert "| library, gunicorn | 40 | 0.50 | 1.60 | 0.20 |" in page
    assert "| library | 50 | 0.50 | 2.00 | 0.25 | 1.00 | 3.00 | 4.00 | 5.00 |" in page
    assert "| borrow | library | 8.25 | 20.5 | 12.0 |" in page
    assert "| GetJournal | 2.00 | 3.00 | 1.5 |" in page
    assert "| psycopg | 25% |" in page
