"""The desk, the admin and the documentation of a packaged function, wherever they live."""

import re

import pytest

from deploy.tests.events import BASES, HTTP_KINDS
from deploy.tests.library import PASSWORD, STAFF, Client, Page
from deploy.tests.runtime import Function
from tests.arranger import new_person, unique

# Where the desk may live. (A balancer without multi-value headers can set one cookie an answer: no place for a desk.)
PLACES = pytest.mark.parametrize(
    ("kind", "base", "hands_base_on"),
    [(kind, "", True) for kind in HTTP_KINDS if kind != "balancer"]
    + [(kind, base, on) for kind in ("rest_api", "http_api") for base in BASES[1:] for on in (True, False)],
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
    assert (signed_out.status, signed_out.headers["location"]) == (302, f"{base}/login")
    assert visitor.get(f"{base}/").status == 302


@PLACES
def test_a_task_is_carried_out_by_its_form(library, desk, base) -> None:
    person, page = new_person(), Page(desk.get(f"{base}/register-user").text)

    done = desk.submit(f"{base}/register-user", page.fields | person)

    assert done.status == 302
    assert done.headers["location"].startswith(f"{base}/verify-user?user_id=")
    assert f"{person['name']} is registered" in Page(desk.get(done.headers["location"]).text).text
    assert f"{person['name']} is registered" not in Page(desk.get(f"{base}/").text).text, "said once"
    again = desk.submit(f"{base}/register-user", Page(desk.get(f"{base}/register-user").text).fields | person)
    assert again.status == 422
    assert library.value("SELECT count(*) FROM circulation_libraryuser WHERE email = %s", person["email"]) == 1


@PLACES
def test_a_form_from_elsewhere_is_refused(library, desk, base) -> None:
    before, fields = library.done(), Page(desk.get(f"{base}/register-user").text).fields | new_person()

    without_token = desk.submit(f"{base}/register-user", fields | {"csrfmiddlewaretoken": ""})
    from_elsewhere = desk.submit(f"{base}/register-user", fields, headers={"Origin": "https://evil.example"})
    without_https = desk.submit(f"{base}/register-user", fields, headers={"Origin": desk.origin.replace("s:", ":")})

    assert [each.status for each in (without_token, from_elsewhere, without_https)] == [403, 403, 403]
    assert library.done() == before


@PLACES
def test_every_link_of_the_desk_leads_to_a_page(desk, base) -> None:
    links = Page(desk.get(f"{base}/").text).links | Page(desk.get(f"{base}/tasks").text).links

    assert len(links) > 40
    assert {f"{base}/borrow-book", f"{base}/search-users", f"{base}/admin/"} <= links
    assert {link: desk.get(link).status for link in links} == dict.fromkeys(links, 200)


@PLACES
def test_the_admin(desk, base) -> None:
    stranger = Client(desk.function, desk.kind, base=base, hands_base_on=desk.hands_base_on)
    assert stranger.get(f"{base}/admin/").headers["location"] == f"{base}/admin/login/?next={base}/admin/"
    signed_in = stranger.sign_in(page=f"/admin/login/?next={base}/admin/")
    assert (signed_in.status, signed_in.headers["location"]) == (302, f"{base}/admin/")

    for client in (desk, stranger):
        index = Page(client.get(f"{base}/admin/").text)
        assert f"{base}/admin/catalog/book/" in index.links
        listed = client.get(f"{base}/admin/catalog/book/")
        assert listed.status == 200
        assert [link for link in Page(listed.text).links if not f"{link}/".startswith((f"{base}/", "?"))] == []
    assert_leads_to_the_desk(desk, next(iter(Page(desk.get(f"{base}/admin/").text).links & {base, f"{base}/"})))


def assert_leads_to_the_desk(client: Client, url: str) -> None:
    """After some redirects, as the base path without a slash has them."""
    for _ in range(4):
        answer = client.get(url)
        if answer.status == 200:
            assert "Scan a card or a book" in answer.text
            return
        url = answer.headers["location"]
    pytest.fail(f"Redirects without an end: {url}")


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


@PLACES
def test_static_files_are_compressed_for_those_who_can_read_that(visitor, base) -> None:
    (sheet,) = (each for each in Page(visitor.get(f"{base}/login").text).loads if each.endswith(".css"))

    zipped, plain = visitor.get(sheet), visitor.get(sheet, headers={"Accept-Encoding": "identity"})

    assert (zipped.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert zipped.body == plain.body
    assert zipped.headers["content-type"] == plain.headers["content-type"] == 'text/css; charset="utf-8"'


@PLACES
def test_pages_of_rows_link_to_the_next_and_the_previous(library, arrange, desk, base) -> None:
    author = unique("Paged")
    for _ in range(3):
        arrange.book(author=author)
    token = {"Authorization": f"Token {library.token}"}
    for url in (f"{base}/api/book/search?q={author}&page_size=2", f"{base}/api/book?page_size=2"):
        first = desk.get(url, headers=token | {"X-Forwarded-Proto": "http"})
        assert first.json()["next"].startswith(f"{desk.origin}{url.partition('?')[0]}?")
        second = desk.get(first.json()["next"], headers=token)
        assert second.status == 200
        assert desk.get(second.json()["previous"], headers=token).json()["results"] == first.json()["results"]

    listed = Page(desk.get(f"{base}/search-books?q={author}&page_size=2").text)
    (onward,) = (link for link in listed.links if "cursor=" in link)
    assert author in desk.get(onward if onward.startswith("/") else f"{base}/search-books{onward}").text


@PLACES
def test_the_schema_names_urls_that_exist(visitor, base) -> None:
    schema = visitor.get(f"{base}/api/schema?format=json").json()
    (server,) = schema.get("servers", [{"url": ""}])

    urls = {f"{server['url'].removesuffix('/')}{path}" for path in schema["paths"]}

    assert f"{base}/api/book/missing" in urls
    assert [url for url in urls if not url.startswith(f"{base}/api/")] == []
