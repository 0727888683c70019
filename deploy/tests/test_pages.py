"""The desk, the admin and the documentation of a packaged function, wherever they live."""

import re

import pytest

from deploy.tests.events import BASES, HTTP_KINDS
from deploy.tests.library import PASSWORD, STAFF, Client, Page
from deploy.tests.runtime import Function
from tests.arranger import unique

# Where the desk may live. (A balancer without multi-value headers can set one cookie an answer: no place for a desk.)
EVERY_PLACE = [(kind, "", True) for kind in HTTP_KINDS if kind != "balancer"] + [
    (kind, base, on) for kind in ("rest_api", "http_api") for base in BASES[1:] for on in (True, False)
]
PLACES = pytest.mark.parametrize(
    ("kind", "base", "hands_base_on"),
    [pytest.param(*place, marks=pytest.mark.soak if number % 5 else []) for number, place in enumerate(EVERY_PLACE)],
)


@pytest.fixture
def visitor(at: dict[str, Function], kind: str, base: str, hands_base_on: bool) -> Client:
    return Client(at[base], kind, base=base, hands_base_on=hands_base_on)


@pytest.fixture
def desk(visitor: Client) -> Client:
    """A browser, signed in."""
    assert visitor.sign_in().status == 302
    return visitor


@PLACES
def test_signing_in_leads_back_to_the_page_that_was_wanted(visitor, base) -> None:
    sent_away = visitor.get(f"{base}/borrow-book")
    assert (sent_away.status, sent_away.headers["location"]) == (302, f"{base}/login?next={base}/borrow-book")
    wrong = visitor.sign_in(password="wrong " + unique(""))
    assert wrong.status == 422
    assert "sessionid" not in visitor.cookies

    fields = Page(visitor.get(sent_away.headers["location"]).text).fields
    answer = visitor.submit(f"{base}/login", fields | {"username": STAFF, "password": PASSWORD})

    assert (answer.status, answer.headers["location"]) == (302, f"{base}/borrow-book")
    assert visitor.get(f"{base}/borrow-book").status == 200
    signed_out = visitor.submit(f"{base}/logout", Page(visitor.get(f"{base}/").text).fields)
    assert (signed_out.status, signed_out.headers["location"]) == (302, f"{base}/login?signed_out")
    assert visitor.get(f"{base}/").status == 302


@PLACES
def test_every_static_file_that_a_page_names_is_there(desk, base) -> None:
    pages = ["/", "/login", "/borrow-book", "/admin/", "/admin/catalog/book/", "/admin/catalog/book/add/", "/api/docs"]
    files = {file for page in pages for file in Page(desk.get(f"{base}{page}").text).loads}
    files |= Page(desk.get(f"{base}/api/author", headers={"Accept": "text/html"}).text).loads  # the browsable API
    static = {file for file in files if not file.startswith(("data:", f"{base}/api/", f"{base}/admin/jsi18n/"))}

    assert len(static) > 10
    for file in static:
        assert re.match(rf"{re.escape(base)}/static/.*\.[0-9a-f]{{12}}\.\w+$", file), file
        answer = desk.get(file)
        assert answer.status == 200, file
        assert "immutable" in answer.headers["cache-control"], file
        assert answer.body, file
