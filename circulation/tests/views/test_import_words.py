"""What the pages of imports say of files that are not what they were taken for, and in which language."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from circulation.tests.imports import begin, finish
from circulation.tests.views.test_imports import begun, fields, file
from tests.pages import errors, remedies, send

pytestmark = pytest.mark.django_db

PEOPLE = "Card,Name,Date of birth\nS-01,Ann Lee,2001-03-14\n"
LOANS = "Card,Label,Borrowed\nS-01,B-01,2026-01-12\n"


def said(desk: Client, content: str, kind: str = "BOOKS") -> str:
    sent = send(desk, "/import/begin", kind=kind, file=file(content))
    assert sent.status_code == 422
    return errors(sent, "file")


@pytest.mark.parametrize(
    ("content", "kind", "right"),
    [
        (PEOPLE, "BOOKS", "People"),
        (LOANS, "BOOKS", "Loans"),
        ("Title,Author,Label\nEmma,,B-01\n", "LOANS", "Books"),
    ],
)
def test_who_chose_the_wrong_kind_is_told_the_right_one(
    desk: Client, supervisor: User, content: str, kind: str, right: str
) -> None:
    assert said(desk, content, kind).startswith(f"Its columns are those of another list: {right}. ")


def test_options_are_named_as_the_page_takes_them(desk: Client) -> None:
    text = said(desk, "Foo,Bar\nEmma,Ann Lee\n")
    assert "with title-column=NAME" in text
    assert "header=0" in text
    assert "--" not in text
    text = said(desk, PEOPLE.replace("2001-03-14", "03/04/2001"), "PEOPLE")
    assert text.endswith("say which, with day-order=dmy or day-order=mdy.")
    assert "another list" not in text


def test_columns_that_were_chosen_stay_chosen_when_that_is_refused(desk: Client) -> None:
    page = begun(desk, "Title,Author,Label\nEmma,Ann Lee,B-01\n")
    chosen = fields(page, "/import/reading") | {"column_1": "", "column_2": "condition"}

    refused = desk.post("/import/reading", chosen)

    assert refused.status_code == 422
    form = refused.content.decode().partition('<form class="task"')[2]
    now = fields(f'action="/import/reading"{form}', "/import/reading")
    assert [now[f"column_{number}"] for number in (1, 2, 3)] == ["", "condition", "barcode"]


def test_a_file_without_rows_cannot_be_gone_on_with(desk: Client) -> None:
    page = begun(desk, "Title,Author\n")
    assert "There are no rows in it: nothing can be imported." in page
    assert "data-step" not in page


def test_thousands_are_told_apart(desk: Client) -> None:
    assert "It has 1,001 rows." in begun(desk, "Title,Author\n" + "Emma,Ann Lee\n" * 1001)


def test_files_and_rows_are_spoken_of_in_the_language_of_the_page(desk: Client) -> None:
    desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    assert "Es ist XML." in said(desk, "<a/>")
    page = begun(desk, "Titel;Verfasser\nGrün;Uwe Jäger\nSumme;1\n".encode("cp1252"))
    assert "Wenn Umlaute falsch aussehen" in page
    assert "Kein Buch, sondern eine Summe." in page


def test_imports_of_one_name_are_told_apart(desk: Client, supervisor: User) -> None:
    begin("Title,Author", "Emma,Ann Lee")
    page = desk.get("/import/undo").content.decode()
    assert "list.csv · " in page


def test_what_holds_an_undoing_up_is_linked_by_its_name(desk: Client, supervisor: User) -> None:
    finish(begin("Title,Label", "Emma,B-01", "Dune,B-02"))
    people = begin("Card,Name", "S-01,Ann Lee", "S-02,Bob Bell", kind="PEOPLE")
    finish(people)
    finish(begin("Card,Label,Borrowed", "S-01,B-01,2026-01-12", "S-02,B-02,2026-01-12", kind="LOANS"))

    sent = send(desk, f"/import/undo?import_id={people}", import_id=people)

    assert sent.status_code == 422
    assert [text for text, _url in remedies(sent, "import_id")] == ["Person: Ann Lee", "Person: Bob Bell"]
