"""A library moves in: its books with their labels, its people with their cards, and its open loans."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.timezone import localdate
from rest_framework.test import APIClient

from catalog.importing.imports import BookImport
from catalog.models import Book
from circulation.importing.loans import LoanImport
from circulation.importing.people import PeopleImport
from circulation.models import LibraryUser
from library_site.cqrs.models import JournalEntry
from tests.killed import killed_at

SINCE, DUE = localdate() - timedelta(days=40), localdate() - timedelta(days=12)

NAMES = ("Ilse Jäger", "Uwe Jäger", "Max Müller", "Max Müller", "Zoé Petit", "Ana Ruiz Gil", "Bo Chan")


def of_people(count: int) -> Iterator[str]:
    """Families with one address, namesakes, children without any, some blocked, some without a card."""
    yield "Ausweisnummer;Name;E-Mail;Geburtsdatum;Anschrift;Klasse;Status\n"
    for number in range(count):
        name = NAMES[number % 7] if number < 14 else f"{NAMES[number % 7]} {number}"
        card = f"S{12345 + number}" if number % 5 != 4 else ""
        email = "familie@example.org" if number % 7 < 2 else ""
        status = "gesperrt" if number % 10 == 3 else "aktiv" if number % 3 == 0 else ""
        born = f"{number % 28 + 1}.{number % 12 + 1}.{1940 + number}"
        yield f"{card};{name};{email};{born};{'Am Markt 1, Berlin' if email else ''};{number % 4 + 1}a;{status}\n"


def of_books(count: int) -> Iterator[str]:
    """Every tenth is another copy of the one before."""
    yield "Titel;Autor;Inventarnummer;Signatur\n"
    for number in range(count):
        title = number - 1 if number % 10 == 9 else number
        yield f"Der Wald {title};Holt, Mira;{number + 12345:08};KI {number % 7}\n"


def of_loans(count: int) -> Iterator[str]:
    """Of people with cards, in turn; one is of nobody."""
    yield "Ausweisnummer;Mediennummer;Ausgeliehen am;Fällig am\n"
    for number in range(count):
        card = f"S{12345 + number % 8 // 4 * 5 + number % 4}"
        yield f"{card};{number + 12345:08};{SINCE:%d.%m.%Y};{DUE:%d.%m.%Y}\n"
    yield f"S99999;{count + 12345:08};{SINCE:%d.%m.%Y};{DUE:%d.%m.%Y}\n"


def moved_in(folder: Path, books: int, persons: int, open_loans: int) -> dict[str, Path]:
    files = {"books": of_books(books), "people": of_people(persons), "loans": of_loans(open_loans)}
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("".join(lines), encoding="cp1252")
    return {name: folder / f"{name}.csv" for name in files}


def run(name: str, path: Path, *options: str) -> dict[str, int]:
    """The figures of an import; with small batches."""
    out = StringIO()
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        for kind in (BookImport, PeopleImport, LoanImport):
            patch.setattr(kind, "batch", 4)
        stack.enter_context(pytest.raises(CommandError)) if name == "loans" else None
        call_command(f"import_{name}", str(path), *options, stdout=out)
    return {what: int(number) for what, number in re.findall(r"^ *(\S.*?) +(\d+)$", out.getvalue(), re.MULTILINE)}


def state() -> Any:
    """Of the library, as the files have it."""
    users = LibraryUser.objects.values_list("name", "email", "birth_date", "status", "suspension_reason", "note")
    books = Book.objects.values_list("barcode", "title", "shelf_mark", "status", "borrower__barcode", "due_on")
    return sorted(map(str, users)), sorted(map(str, books))


def agree() -> None:
    """Nothing is there twice, and the journal adds up."""
    for table, operation in ((Book, "AddNewBook"), (LibraryUser, "RegisterUser")):
        entries = JournalEntry.objects.filter(operation=operation, outcome="CARRIED_OUT")
        assert entries.count() == table._default_manager.count()
    call_command("check_journal", stdout=StringIO())


def kept(figures: dict[str, int]) -> Counter[str]:
    return Counter({name: figures[name] for name in ("added", "already there", "rejected")})


@pytest.mark.django_db
def test_a_small_library_moves_in_and_lends(tmp_path: Path, api: APIClient) -> None:
    files = moved_in(tmp_path, 30, 15, 10)
    for name, path in files.items():
        would = run(name, path, "--dry-run")
        assert run(name, path) == would
        assert would["added"] == {"books": 30, "people": 15, "loans": 10}[name]
    again = {name: kept(run(name, path)) for name, path in files.items()}
    assert again == {
        "books": kept({"added": 0, "already there": 30, "rejected": 0}),
        "people": kept({"added": 0, "already there": 15, "rejected": 0}),
        "loans": kept({"added": 0, "already there": 10, "rejected": 1}),
    }
    agree()

    lent = api.post("/api/book/00012370/borrow", {"user_id": "S12355"})
    assert lent.status_code == 200, lent.json()
    call_command("dispatch", "BorrowBook", "book_id=00012371", "user_id=s12355", stdout=(out := StringIO()))
    assert '"loan_id"' in out.getvalue()


def test_the_report_names_each_row(tmp_path: Path, db: None) -> None:
    path = moved_in(tmp_path, 2, 15, 10)["people"]
    path.write_text(path.read_text("cp1252") + ";;;;;;\n;;x@example.org;;;;\n", encoding="cp1252")

    with pytest.raises(CommandError, match="Rows that were rejected: 1"):
        call_command("import_people", path, report=tmp_path / "r.csv", stdout=(out := StringIO()))

    lines = (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()
    assert (lines[0], len(lines), lines[-1]) == ("line,fate,taken for,remark", 17, "18,rejected,,It has no name.")
    assert "line 18: it has no name" in out.getvalue()
    assert "The file is not UTF-8: it was read as cp1252" in out.getvalue()


@pytest.mark.parametrize(
    ("name", "text", "status", "words"),
    [
        ("people", "", 2, "The file is empty"),
        ("people", "a,b\n1,2\n", 2, "--name-column NAME"),
        ("people", "Name,Born\nAnn Lee,3/4/2012\n", 2, "--day-order dmy"),
        ("loans", "Card,Title\nS12345,Emma\n", 2, "--card-column NAME and --barcode-column NAME"),
        ("loans", "Card,Barcode\nS12345,00012345\n", 1, "Rows that were rejected: 1"),
    ],
)
def test_what_cannot_be_told_is_asked_for(
    tmp_path: Path, db: None, name: str, text: str, status: int, words: str
) -> None:
    (path := tmp_path / "f.csv").write_text(text)
    with pytest.raises(CommandError) as error:
        call_command(f"import_{name}", path, stdout=StringIO())
    assert (error.value.returncode, words in str(error.value)) == (status, True), error.value
    assert not LibraryUser.objects.exists()


@pytest.mark.parametrize(
    ("size", "steps"),
    [((12, 12, 8), (90,)), pytest.param((500, 80, 60), (7, 50, 120, 300, 700), marks=pytest.mark.soak)],
)
@pytest.mark.django_db(transaction=True)
def test_imports_that_are_killed_and_run_again_lose_nothing_and_add_nothing_twice(
    tmp_path: Path, size: tuple[int, int, int], steps: tuple[int, ...]
) -> None:
    for name, path in moved_in(tmp_path, *size).items():
        for at in steps:
            killed_at(at, partial(run, name, path))
        run(name, path)
    after = state()
    added = JournalEntry.objects.filter(operation="TakeOverLoan", outcome="CARRIED_OUT", result__already_there=False)
    assert (Book.objects.count(), LibraryUser.objects.count(), added.count()) == size
    agree()

    statuses = Counter(LibraryUser.objects.values_list("status", flat=True))
    wanted = Counter(line.rstrip("\n").rpartition(";")[2] for line in of_people(size[1]))
    assert (statuses["VERIFIED"], statuses["SUSPENDED"]) == (wanted["aktiv"], wanted["gesperrt"])
    for name, path in moved_in(tmp_path, *size).items():
        assert run(name, path)["added"] == 0
    assert state() == after
