"""What no page of the desk sends."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from catalog.models import MAX_TITLE, Book
from circulation.models import LibraryUser
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, register
from tests.scans import scan

pytestmark = pytest.mark.django_db

LABEL = "30001000047110"
JSON = {"Accept": "application/json"}


JUNK: list[dict[str, Any]] = [
    {"does": "task=SuspendUser&user_id={user}&reason=Junk"},
    {"does": "task=NoSuchTask&user_id={user}"},
    {"does": "task=SearchUsers&q=ann"},
    {"does": "task=ReportMissingBook&book_id={book}"},
    {"does": "task=BorrowBook"},
    {"does": "task=BorrowBook&book_id={book}&user_id={user}&junk=1"},
    {"does": "task=BorrowBook&book_id={book}&user_id=junk"},
    {"does": "task=BorrowBook&book_id={book}&user_id=20001000047120"},
    {"does": "task=BorrowBook&book_id={book}&user_id=%00"},
    {
        "does": "task=BorrowBook&book_id=00000000-0000-0000-0000-000000000000&user_id={user}&override=junk",
        "why": "Junk.",
    },
    {"does": "task=BorrowBook&book_id={book}&user_id={user}&override=junk%00", "why": "Junk."},
    {"does": "task=BorrowBook&book_id={book}&user_id={user}&override=book_not_available", "why": "Junk."},
    {"does": "task=BorrowBook&book_id={book}&user_id={user}&report_found=maybe"},
    {"does": "task=BorrowBook&book_id={book}&user_id=00000000-0000-0000-0000-000000000000"},
    {"does": "task=RenewLoan&book_id=00000000-0000-0000-0000-000000000000"},
    {"does": "task=ReturnBook&book_id=00000000-0000-0000-0000-000000000000"},
    {"does": "task=VerifyUser&user_id=00000000-0000-0000-0000-000000000000&then_book_id={book}&then_user_id={user}"},
    {"does": "task=VerifyUser&user_id={user}&then_book_id={book}"},
    {"does": "task=VerifyUser&user_id={user}&then_book_id=junk&then_user_id=junk"},
    {"does": "person=%00"},
    {"does": "&&&=;"},
    {"typed": "\u202ezzz\u200b"},
    {"typed": "zzz' OR 1=1 --"},
    {"typed": "%%%___"},
    {"typed": "٣٠٠٠١٠٠٠٠٤٧١١٠"},
    {"typed": "zzz " * 70},
]


def test_junk_is_refused_in_a_row_and_changes_nothing(desk: Client) -> None:
    user, book = register("Ann Lee"), add_book("Emma")

    for fields in JUNK:
        said: dict[str, Any] = {name: text.format(user=user, book=book) for name, text in fields.items()}
        assert scan(desk, **said).row.state == "refused", fields

    assert LibraryUser.objects.get().status == "NOT_VERIFIED"
    assert Book.objects.get().status == "AVAILABLE"


def test_what_no_page_of_ours_sends_is_illegible(desk: Client) -> None:
    add_book("Dune", barcode=LABEL)
    for fields in (
        *({"typed": typed} for typed in ("zzz\x00", "z" * (MAX_TITLE + 1))),
        *({"does": does} for does in ("junk", "task=\x00", "task=" + "z" * 2000)),
        *({"why": why} for why in ("\x00", "z" * (MAX_TITLE + 1))),
        *({field: "junk"} for field in ("scan_key", "mode", "user_id", "row")),
        {"scan_key": ""},
        {"mode": ""},
    ):
        said = {"typed": "" if "does" in fields else LABEL, "mode": "return", "scan_key": str(uuid4())} | fields
        assert desk.post("/", said, headers=JSON).status_code == 422, fields
        assert desk.post("/", said).status_code == 422, fields
    assert not JournalEntry.objects.filter(actor__startswith="user:").exists()
