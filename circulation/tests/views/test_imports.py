"""Pages on which files come into the library, as a browser without JavaScript sends and gets them."""

import gzip
import random
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from catalog.models import Book
from circulation.domain.imports.files import MOST_BYTES
from circulation.models import FileImport, LibraryUser
from circulation.tests.imports import newest
from library_site.cqrs.models import JournalEntry
from tests.pages import after, errors, messages_after, send

pytestmark = pytest.mark.django_db


def file(content: bytes | str, name: str = "list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def books(number: int) -> str:
    rows = (f'"Forest {row}","Holt, Mira",{row + 52345:08},KI {row % 7}\n' for row in range(number))
    return "Title,Author,Label,Shelf mark\n" + "".join(rows)


def begun(desk: Client, content: bytes | str, kind: str = "BOOKS", **more: Any) -> str:
    """The page of an import that was begun."""
    sent = send(desk, "/import/begin", kind=kind, file=file(content), **more)
    return str(after(desk, sent).content.decode())


def fields(page: str, action: str) -> dict[str, str]:
    """What the form that is sent there has, hidden or chosen."""
    form = page[page.index(f'action="{action}"') :].partition("</form>")[0]
    select = r'<select [^>]*?name="([^"]+)"[^>]*>(?:(?!</select>).)*?value="([^"]*)" selected'
    chosen = re.findall(select, form, re.DOTALL)
    return dict([*re.findall(r'name="([^"]+)" value="([^"]*)"', form), *chosen])


def gone_on(desk: Client, page: str) -> str:
    return str(after(desk, desk.post("/import/continue", fields(page, "/import/continue"))).content.decode())


def counted(page: str) -> dict[str, int]:
    found = re.findall(r'<dt>([^<]+)</dt><dd class="number">(?:<a [^>]*>)?(\d+)<', page)
    return {name: int(number) for name, number in found}


def test_a_file_is_looked_at_imported_step_by_step_reported_on_and_closed(desk: Client) -> None:
    page = begun(desk, books(150) + ",Nobody,,\n")
    assert "Forest 0 / Mira Holt" in page
    assert "CSV · UTF-8 · a comma between cells" in page
    assert "Import 151 rows" in page
    assert not Book.objects.exists()

    page = gone_on(desk, page)
    assert "100 of 151 rows are done." in page
    again = desk.post("/import/continue", fields(page, "/import/continue") | {"position": "0"})
    assert messages_after(desk, again) == ["100 of 151 rows are done."]
    page = gone_on(desk, page)
    assert "All 151 rows are done." in page
    assert counted(page) == {"Added": 150, "Already there": 0, "Something else": 0, "Rejected": 1}
    assert Book.objects.count() == 150

    (report,) = re.findall(r'href="([^"]+fate=REJECTED)"', page)
    assert "It has no title" in desk.get(report.replace("&amp;", "&")).content.decode()
    (csv,) = re.findall(r'href="(/import/report.csv[^"]+)"', page)
    lines = b"".join(desk.get(csv)).decode("utf-8-sig").splitlines()
    assert (len(lines), lines[1]) == (152, "2,Added,Forest 0 / Mira Holt,")

    closed = desk.post("/import/close", fields(page, "/import/close"))
    assert "Closed" in after(desk, closed).content.decode()
    assert FileImport.objects.get().content is None
    assert "list.csv" in desk.get("/import").content.decode()
    assert "There is no such row." in desk.get(report.replace("&amp;", "&")).content.decode()


def test_columns_are_chosen_otherwise_before_the_first_step(desk: Client) -> None:
    page = begun(desk, "Title,Author,Shelf,No\nJ GRA,Mira Holt,Forest,00077701\n")
    chosen = fields(page, "/import/reading")
    assert (chosen["column_1"], chosen["column_3"], chosen["column_4"]) == ("title", "shelf_mark", "")

    otherwise = {"column_1": "shelf_mark", "column_3": "title", "column_4": "barcode", "author-order": "first-last"}
    page = str(after(desk, desk.post("/import/reading", chosen | otherwise)).content.decode())
    assert "Forest / Mira Holt" in page
    assert fields(page, "/import/reading").items() >= otherwise.items()
    chosen = fields(page, "/import/reading") | {"column_2": ""}  # what was chosen before stays
    page = str(after(desk, desk.post("/import/reading", chosen)).content.decode())
    gone_on(desk, page)
    book = Book.objects.get()
    assert (book.title, book.author, book.shelf_mark, book.barcode) == ("Forest", None, "J GRA", "00077701")


def test_what_is_known_of_a_file_that_is_not_recognised_comes_with_it(desk: Client) -> None:
    refused = send(desk, "/import/begin", kind="PEOPLE", file=file("Wer,Wann\nAnn Lee,3/4/2012\n"))
    assert "“Wer”" in errors(refused, "file")
    assert '<details class="folded" open>' in refused.content.decode()
    told = 'name-column="Wer" birth-date-column=2 day-order=dmy'
    gone_on(desk, begun(desk, "Wer,Wann\nAnn Lee,3/4/2012\n", "PEOPLE", options=told))
    assert str(LibraryUser.objects.get().birth_date) == "2012-04-03"
    assert "quotation mark" in errors(send(desk, "/import/begin", file=file("x"), options="'"), "options")


def test_a_file_that_is_too_large_for_a_page_is_for_the_shell(desk: Client) -> None:
    refused = send(desk, "/import/begin", kind="BOOKS", file=file(b"x" * (MOST_BYTES + 1)))
    assert "import_books" in errors(refused, "file")
    assert not FileImport.objects.exists()


def junk() -> Iterator[tuple[str, bytes]]:
    """A hundred files that nobody can import."""
    dice = random.Random(22)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    heads = [
        *(
            b"%PDF-1.7\n%\xe2\xe3",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0",
            b"GIF89a",
            b"\x7fELF\x02",
            b"MZ\x90\0\x03",
        ),
        *(packed.getvalue(), gzip.compress(b"Title\nForest\n"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1\\ansi"),
        *(
            b"<!doctype html><table>",
            b'<?xml version="1.0"?><a>',
            b'{"books": []}',
            b"[[1, 2]]",
            b"@book{a,",
            b"TY  - BOOK",
        ),
        *(b"BEGIN:VCARD", b"\xff\xfe\0\0", b"\0" * 40, b"\xef\xbb\xbf", b"", b" \n\t\r\n"),
    ]
    for number, head in enumerate(heads):
        yield f"head {number}", head
        yield f"head {number}, and chance", head + dice.randbytes(2000) if head.strip() else b"\n"
    for number in range(30):
        yield f"chance {number}", dice.randbytes(dice.randint(1, 9000))
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    yield "bomb", f"<!DOCTYPE collection [{entities}]><collection>&a9;</collection>".encode()
    outside = '<!DOCTYPE collection [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    slim = '<collection xmlns="http://www.loc.gov/MARC21/slim"><record>{}</record></collection>'
    yield "entity", (outside + slim.format("&x;")).encode()
    yield "doctype", ("<!DOCTYPE collection>" + slim.format("")).encode()
    for number in range(100 - 2 * len(heads) - 33):
        words = " ".join(dice.choice(["lorem", "ipsum", "dolor"]) for _ in range(number * 9 + 3))
        yield f"words {number}", words.encode(dice.choice(["utf-8", "utf-16", "cp1252"]))


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.soak)])
def test_a_hundred_junk_files_are_refused_with_a_sentence_and_nothing_is_stored(
    desk: Client, supervisor: User, every: int
) -> None:
    files = [*junk()]
    assert len(files) == 100
    kinds = FileImport.Kind.values
    for number, (name, content) in enumerate(files[::every]):
        sent = {"page_key": name, "kind": kinds[number % 3], "file": file(content, name)}
        answer = desk.post("/import/begin", sent)
        assert "file" in answer.context["form"].errors, (name, answer.context["form"].errors)
        assert answer.status_code == 422, (name, answer.status_code)
        assert re.search(r"\w{2,} .*[.?]$", errors(answer, "file")), (name, errors(answer, "file"))
    assert not FileImport.objects.exists()
    assert not JournalEntry.objects.filter(operation="BeginImport", outcome="CARRIED_OUT").exists()


def test_what_the_shell_has_imported_is_undone_on_the_page_too(desk: Client, supervisor: User, tmp_path: Path) -> None:
    (path := tmp_path / "shell.csv").write_text("Title,Author\nEmma,Jane Austen\n")
    call_command("import_books", path, stdout=StringIO())
    page = desk.get(f"/import/file?import_id={newest()}").content.decode()
    (undo,) = re.findall(r'href="(/import/undo[^"]+)"', page)
    assert "Once it is, what the shell has added from shell.csv is gone." in desk.get(undo).content.decode()
    send(desk, undo, import_id=undo.partition("=")[2])
    assert not Book.objects.exists()


def test_an_import_that_was_a_mistake_is_undone_after_a_question(desk: Client, supervisor: User) -> None:
    page = gone_on(desk, begun(desk, books(3)))
    (undo,) = re.findall(r'href="(/import/undo[^"]+)"', page)
    asked = desk.get(undo).content.decode()
    assert "Nothing is undone yet. Once it is, what 3 rows of list.csv have added is gone." in asked
    undone = send(desk, undo, import_id=undo.partition("=")[2])
    assert messages_after(desk, undone) == [
        "The import is undone. Gone are: books 3, authors 1, people 0, loans 0.",
    ]
    assert not Book.objects.exists()
