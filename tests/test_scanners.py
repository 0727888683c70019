"""The table of docs/scanners.md, which tells what scanners read: rule 21 of the desk."""

import re
from uuid import UUID

import pytest
from django.test import Client

from catalog.models import Book
from catalog.queries import SearchBooks
from circulation.commands import ReturnBook
from library_site.cqrs import dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.barcodes import as_read
from library_site.cqrs.operations import operation_of
from tests.guard import ROOT
from tests.library import add_book, context, register
from tests.pages import send
from tests.scans import scan

TABLE = re.findall(r"^\| `(.+?)` \| `(.+?)` \|", (ROOT / "docs" / "scanners.md").read_text(), re.MULTILINE)
LABEL, ISBN = "30001000018319", "9780306406157"
OF_THE_LABEL = [sent for sent, read in TABLE if read == LABEL]
OF_THE_ISBN = [sent for sent, read in TABLE if read == ISBN]


@pytest.mark.parametrize(("sent", "read"), TABLE)
def test_rule_21_what_is_sent_is_read_as_the_table_says(sent: str, read: str) -> None:
    assert as_read(f" {sent}\r") == read


def test_rule_21_the_table_has_both_kinds() -> None:
    assert len(TABLE) > 20
    assert len(OF_THE_LABEL) > 8
    assert len(OF_THE_ISBN) > 4


@pytest.fixture
def emma(db: None) -> UUID:
    return add_book("Emma", isbn=ISBN, barcode=LABEL)


@pytest.mark.parametrize("sent", [*OF_THE_LABEL, *OF_THE_ISBN])
def test_rule_21_every_door_reads_it(desk: Client, emma: UUID, sent: str) -> None:
    ann = register("Ann Lee", verified=True)

    assert [row.id for row in dispatch(SearchBooks(q=sent), context()).rows] == [emma]
    assert scan(desk, sent, ann).row.text.startswith("Lent until")
    send(desk, "/return-book", book_id_q=sent)
    assert Book.objects.get().status == Book.Status.AVAILABLE


@pytest.mark.parametrize("sent", OF_THE_LABEL)
def test_rule_21_a_program_may_name_a_book_by_it(emma: UUID, sent: str) -> None:
    assert message_from(operation_of(ReturnBook), {"book_id": sent}) == ReturnBook(book_id=emma)
