"""What a client claims of itself, and requests that are odd: neither is believed, nor a fault of the server's."""

from typing import Any

import pytest

from deploy.tests.events import KINDS, Request, http_answer, http_event, recorded
from deploy.tests.library import Client, Page
from deploy.tests.runtime import Function
from tests.arranger import MAIL, PERSON, unique


@KINDS
@pytest.mark.parametrize("claimed", ["http", "https", "ftp", "https, http", ""])
def test_the_scheme_is_https_whatever_a_header_says(arrange, rest, kind, claimed) -> None:
    for _ in range(2):
        arrange.missing_book()

    answer = rest(kind).get("/api/book/missing?page_size=1", headers={"X-Forwarded-Proto": claimed})

    assert answer.status == 200
    assert answer.json()["next"].startswith("https://")
    assert "strict-transport-security" in answer.headers


@KINDS
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X_Forwarded_For", "Forwarded", "X-Real-Ip", "Remote-Addr"])
def test_the_address_of_a_client_is_what_the_gateway_saw(library, function, kind, header) -> None:
    name, visitor = unique("intruder"), Client(function, kind)
    page = Page(visitor.get("/login").text)
    claim = "for=192.0.2.66" if header == "Forwarded" else "192.0.2.66"

    fields = page.fields | {"username": name, "password": "wrong"}
    answer = visitor.submit("/login", fields, headers={header: claim}, source_ip="198.51.100.7")

    assert answer.status == 422
    seen = library.value("SELECT host(ip_address) FROM axes_accessattempt WHERE username = %s", name)
    assert seen == "198.51.100.7"


def test_who_guesses_passwords_is_locked_out(function) -> None:
    """By name; what is logged of that doesn't say it (nor does any other line: see `library`)."""
    name, visitor = unique(f"{PERSON}@{MAIL}"), Client(function)

    answers = [visitor.sign_in(name, "wrong").status for _ in range(11)]

    assert answers == [422] * 9 + [429] * 2
    assert any(each.get("message", "").startswith("AXES: Locking out") for each in function.logs)


ODD_PATHS = [
    "/%C3%A9t%C3%A9",
    "/été",
    "/api/book/été",
    "/api/%00",
    "/api/book/%ff%fe",
    "/%",
    "/%zz",
    "/%25zz",
    "//",
    "//evil.example/",
    "/login/../../etc/passwd",
    "/login%0d%0aSet-Cookie:%20a=b",
    "/static/%2e%2e/%2e%2e/settings.py",
    "/static/..%2f..%2flibrary_site/settings.py",
    "/static/%00",
    "/static/%ff",
    "/static/é.css",
    "/static/",
    "/static/library",
    "/static/staticfiles.json/x",
    f"/static/{'a' * 5000}",
    f"/{'a' * 8000}",
    "/admin/catalog/book/%5F00/change/",
    "/admin/é/",
    "*",
    "",
]


@KINDS
@pytest.mark.parametrize("path", ODD_PATHS, ids=range(len(ODD_PATHS)))
def test_an_odd_path_is_no_fault_of_the_server(function, kind, path) -> None:
    assert_no_fault(function, http_event(kind, Request(path=path)))


ODD_QUERIES = ["q=%00", "q=%ff", "q=%", "q=é", "q", "=", "&&&", "q=a&q=b", "page_size=%C2%B2&q=a", "cursor=%F0%9F&q=a"]


@KINDS
@pytest.mark.parametrize("query", ODD_QUERIES)
def test_an_odd_query_is_no_fault_of_the_server(library, function, kind, query) -> None:
    headers = {"Authorization": f"Token {library.token}"}
    assert_no_fault(function, http_event(kind, Request(path="/api/book/search", query=query, headers=headers)))


ODD_HEADERS = [
    {"Host": "evil.example"},
    {"Host": ""},
    {"Host": "é.amazonaws.com"},
    {"Authorization": "Token é"},
    {"Authorization": "Token Ω≈ç√"},
    {"Authorization": "Token \x00"},
    {"Authorization": "Basic %%%"},
    {"Cookie": "sessionid=é; csrftoken=\x00; =; ;;"},
    {"Cookie": "sessionid=" + "a" * 8000},
    {"Accept": ";;;q=x, text/é"},
    {"Accept-Language": "xx-é;q=zz"},
    {"Accept-Encoding": "gzip;q=junk, *"},
    {"Content-Type": "text/html; charset=rot13"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "application/json; charset=é"},
    {"If-Modified-Since": "junk", "If-None-Match": "é"},
    {"Range": "bytes=9-1"},
    {"X-Forwarded-Port": "junk"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Http-Method-Override": "DELETE"},
    {"Origin": "null", "Referer": "junk://é"},
    {"Hx-Request": "true", "Hx-Current-Url": "é", "Hx-Target": "\x00"},
    {"Idempotency-Key": "é"},
    {"X-É": "é"},
]


@KINDS
@pytest.mark.parametrize("headers", ODD_HEADERS, ids=range(len(ODD_HEADERS)))
def test_odd_headers_are_no_fault_of_the_server(function, kind, headers) -> None:
    for method, path in (("GET", "/"), ("GET", "/api/author"), ("POST", "/api/user/register"), ("POST", "/login")):
        request = Request(method, path, headers=headers, body=b"\xff{" if method == "POST" else b"")
        assert_no_fault(function, http_event(kind, request))


@KINDS
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PROPFIND", "TRACE", "DELETE", "get"])
def test_an_odd_method_is_no_fault_of_the_server(function, kind, method) -> None:
    for path in ("/", "/login", "/api/author", "/api/schema", "/healthz", "/admin/"):
        assert_no_fault(function, http_event(kind, Request(method, path)))


def assert_no_fault(function: Function, event: Any) -> None:
    before = len(function.logs)
    answer = http_answer(function.invoke(event))
    assert answer.status < 500, answer.text
    alarming = [each for each in function.logs[before:] if each.get("level") in {"ERROR", "CRITICAL"}]
    assert [each for each in alarming if not each["message"].startswith("Invalid HTTP_HOST header")] == []


def test_what_the_consoles_send_is_served(function) -> None:
    """The REST API's test page leaves headers out; a balancer's health check has neither a host nor an address."""
    headless = {"headers": None, "multiValueHeaders": None, "queryStringParameters": None}
    assert http_answer(function.invoke(recorded("rest_api") | headless)).status < 500
    for headers in ({"headers": {"user-agent": "x"}}, {"multiValueHeaders": {"user-agent": ["x"]}}):
        event = {name: value for name, value in recorded("balancer").items() if name != "headers"} | headers
        assert http_answer(function.invoke(event)).status < 500
