"""The door of self-check machines: it translates, and a line that is sent again does nothing again."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from catalog.models import Book
from catalog.policies import BarcodeKind, barcode
from library_site.cqrs.models import JournalEntry
from tests.arranger import Here
from tests.library import add_book, register

pytestmark = pytest.mark.django_db

CARD, EMMA = barcode(BarcodeKind.CARD, "0001", 42), barcode(BarcodeKind.BOOK, "0001", 42)
TIME = "20261130    161500"


@pytest.fixture
def machine(librarian: User, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What the door answers to some lines."""

    def answers(*lines: str) -> list[str]:
        monkeypatch.setattr("sys.stdin", StringIO("".join(f"{line}\n" for line in lines)))
        call_command("self_check", "--as", librarian.username, stdout=(out := StringIO()))
        return out.getvalue().split("\r\n")[:-1]

    return answers


def checkout(time: str = TIME) -> str:
    return f"11YN{time}{time}AOlib|AA{CARD}|AB{EMMA}|"


def checkin() -> str:
    return f"09N{TIME}{TIME}AP|AOlib|AB{EMMA}|"


def test_a_book_is_lent_once_and_then_refused_in_words(machine: Callable[..., list[str]]) -> None:
    register(barcode=CARD)
    add_book("Emma", barcode=EMMA)

    lent, again, later, junk = machine(checkout(), checkout(), checkout(TIME.replace("15", "16")), "97")

    assert lent[:6] == again[:6] == "121NUY"
    assert f"AOlib|AA{CARD}|AB{EMMA}|AJEmma|AH" in lent
    assert later[:6] == "120NUN"
    assert "|AFAnn Lee has “Emma” already, until " in later
    assert junk == "96"
    assert JournalEntry.objects.filter(operation="BorrowBook", outcome="CARRIED_OUT").count() == 1


def test_a_book_that_somebody_waits_for_alerts(machine: Callable[..., list[str]]) -> None:
    it = Here()
    book = add_book("Emma", barcode=EMMA)
    it.reserve(it.lend(book, it.person()))

    (back,) = machine(checkin())

    assert back[:6] == "101YUY"
    assert back.endswith("|AJEmma|CV01|")
    assert Book.objects.get(pk=book).status == Book.Status.ON_HOLD
