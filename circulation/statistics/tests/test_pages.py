"""Statistics: pages, pictures, and files."""

import csv
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.policies import POLICY
from tests.library import add_book, borrow, give_back, lend, register, report_missing, reserve, withdraw

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PAGES = ["loans", "overdue", "most-borrowed", "stock"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def _some() -> None:
    """A book was lent twice, another is overdue, one is missing, two are there."""
    now = timezone.now()
    dune = lend("=Dune", now=now - 3 * DAY)
    give_back(dune, now=now - DAY)
    borrow(dune, register(), now=now)
    lend("Emma", now=now - (POLICY.loan_days + 10) * DAY)
    report_missing(add_book())
    add_book()
    add_book()


def texts(picture: bytes) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 - ours


def in_file(response: Any) -> list[list[str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(response.getvalue().decode("utf-8-sig").splitlines()))


def in_table(page: str) -> list[list[str]]:
    (table,) = re.findall(r"<table.*?</table>", page, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub("<[^>]*>", "", cell) for cell in row] for row in cells]


@pytest.mark.usefixtures("_some")
@pytest.mark.parametrize("kind", ["svg", "narrow.svg"])
@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("loans", {"Loans", "Returns", "0", "1"}),
        ("overdue", {"1–7 days", "8–14 days", "over 90 days", "1", "0"}),
        ("most-borrowed", {"1. =Dune", "2"}),
        ("stock", {"Available", "On loan", "of which overdue", "Missing", "2", "1"}),
    ],
)
def test_a_picture_has_its_names_and_numbers_and_nothing_from_outside(
    desk: Client, page: str, kind: str, shown: set[str]
) -> None:
    response = desk.get(f"/statistics/{page}.{kind}")
    assert response["Content-Type"] == "image/svg+xml"
    assert shown <= set(texts(response.content))
    drawn = response.content.decode()
    assert {"loans": ".color-1 .line{stroke-dasharray", "stock": "url(#hatch)"}.get(page, "") in drawn
    assert "prefers-color-scheme: dark" in drawn or "prefers-color-scheme:dark" in drawn
    assert re.findall(r"[\w:]*//[^\s\"']*", drawn) == ["http://www.w3.org/2000/svg"]
    for forbidden in ("<script", "<!--", "<?xml-stylesheet", "@import", "@font-face", "href", "onload"):
        assert forbidden not in drawn
    assert desk.get(f"/statistics/{page}.{kind}").content == response.content


@pytest.mark.usefixtures("_some")
@pytest.mark.parametrize("page", PAGES)
def test_the_file_is_the_table(desk: Client, page: str) -> None:
    response = desk.get(f"/statistics/{page}.csv")
    assert response["Content-Disposition"].endswith(f'-{timezone.localdate()}.csv"')
    rows = in_file(response)
    table = in_table(desk.get(f"/statistics/{page}").content.decode())
    assert len(rows) == len(table) > 1
    assert rows[0] == table[0]
    if page == "loans":
        assert rows[-1] == [timezone.localdate().isoformat(), "1", "0"]
    else:
        assert [[cell.removeprefix("'") for cell in row] for row in rows] == table
    assert page != "most-borrowed" or rows[1][0] == "'=Dune", "which a spreadsheet would calculate"


def test_the_file_is_complete_whichever_page_of_the_table_is_shown(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("circulation.statistics.statistic_view.MAX_PAGE_SIZE", 2)
    for number in range(5):
        lend(f"Book {number}")
    first = desk.get("/statistics/most-borrowed?page_size=2")
    second = desk.get(first.context["next_url"])
    url = second.context["figure"].csv_url
    assert sorted(row[0] for row in in_file(desk.get(url))[1:]) == [f"Book {number}" for number in range(5)]
    assert second.context["figure"].says == first.context["figure"].says


@pytest.mark.usefixtures("_some")
def test_a_page_says_what_matters_and_its_pictures_are_of_the_same_days(desk: Client) -> None:
    first = (timezone.localdate() - 60 * DAY).isoformat()
    page = desk.get(f"/statistics/loans?first={first}&by=week").content.decode()
    assert "3 loans, 1 return." in page
    urls = re.findall(r'(?:src|srcset)="(/statistics[^"]*)"', page)
    assert len(urls) == 2
    for url in urls:
        assert f"first={first}&amp;by=week" in url
        assert "3 loans, 1 return." in desk.get(url.replace("&amp;", "&")).content.decode()
    (sentence,) = re.findall(r'alt="([^"]*)"', page)
    assert "3 loans" in sentence


@pytest.mark.usefixtures("_some")
def test_all_at_a_glance_leads_to_each(desk: Client) -> None:
    page = desk.get("/statistics").content.decode()
    for name in PAGES:
        assert f'href="/statistics/{name}"' in page
        assert f'href="/statistics/{name}.csv"' in page
        assert f'src="/statistics/{name}.svg"' in page
    assert "1 book is overdue." in page


def said(desk: Client, page: str) -> list[str]:
    says: list[str] = desk.get(f"/statistics/{page}").context["figure"].says
    return says


@pytest.mark.usefixtures("_some")
def test_the_books_in_use_add_up_and_those_withdrawn_stand_apart(desk: Client) -> None:
    assert said(desk, "stock") == ["5 books in use.", "2 available, 2 on loan, 1 missing; 1 overdue."]
    reserve(held := add_book(), register())
    withdraw(add_book())
    assert Book.objects.get(pk=held).status == "ON_HOLD"
    shown = ["6 books in use.", "2 available, 2 on loan, 1 on the hold shelf, 1 missing; 1 overdue; 1 withdrawn."]
    assert said(desk, "stock") == shown


def test_of_titles_that_were_lent_as_often_none_is_named_before_the_others(desk: Client) -> None:
    lend("Dune")
    assert said(desk, "most-borrowed")[0].endswith(": “Dune”, 1 loan.")
    lend("Emma")
    assert said(desk, "most-borrowed")[0].endswith(": 2 titles with 1 loan each.")
    for number in range(9):
        lend(f"Book {number}")
    assert said(desk, "most-borrowed")[0].endswith(": 10 titles or more with 1 loan each.")


def test_most_borrowed_says_that_ties_share_a_rank_or_that_there_is_nothing_to_tell_apart(desk: Client) -> None:
    """Issue 18: a picture of bars that are all as long says nothing, and is not there."""
    lend("Dune")
    assert "<picture>" in desk.get("/statistics/most-borrowed").content.decode()
    emma = lend("Emma")
    assert said(desk, "most-borrowed")[1:] == ["No title was lent more than once: there is nothing to tell apart."]
    assert "<picture>" not in desk.get("/statistics/most-borrowed").content.decode()
    give_back(emma)
    borrow(emma, register())
    assert said(desk, "most-borrowed")[2:] == []
    lend("Persuasion")
    assert said(desk, "most-borrowed")[2:] == ["Titles with as many loans share a rank."]


@pytest.mark.parametrize(
    ("url", "days"), [("/statistics/loans", 30), ("/statistics/most-borrowed", 30), ("/loans-due", 1)]
)
def test_the_days_in_force_stand_in_the_boxes(desk: Client, url: str, days: int) -> None:
    today = timezone.localdate()
    assert in_boxes(desk, url) == [str(today - (days - 1) * DAY), str(today)]
    assert in_boxes(desk, f"{url}?first=2099-01-01") == ["2099-01-01", "2099-01-01"]
    assert in_boxes(desk, f"{url}?first=2099-01-02&last=2099-01-01") == ["2099-01-02", "2099-01-01"]


def in_boxes(desk: Client, url: str) -> list[str]:
    return re.findall(r'type="date" name="(?:first|last)" value="([^"]*)"', desk.get(url).content.decode())


def test_where_there_is_nothing_to_draw_the_page_says_so(desk: Client) -> None:
    glance = desk.get("/statistics").content.decode()
    assert "<img" not in glance
    for name, words in zip(
        PAGES, ["Nothing was lent", "No book is overdue", "Nothing was lent", "no book yet"], strict=True
    ):
        page = desk.get(f"/statistics/{name}").content.decode()
        assert words in page
        assert words in glance
        assert "<img" not in page
        assert "<table" not in page
        ElementTree.fromstring(desk.get(f"/statistics/{name}.svg").content)  # noqa: S314 - ours


def test_who_may_see_some_sees_those(client: Client) -> None:
    user = User.objects.create_user("clerk")
    client.force_login(user)
    assert client.get("/statistics").status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="get_stock_by_state"))
    add_book()
    page = client.get("/statistics").content.decode()
    assert "Stock by state" in page
    assert "Overdue" not in page.replace("overdue", "")
    for kind in ("", ".svg", ".csv"):
        assert client.get(f"/statistics/stock{kind}").status_code == 200
        assert client.get(f"/statistics/overdue{kind}").status_code == 403
