"""What a client claims of itself, and requests that are odd: neither is believed, nor a fault of the server's."""

import pytest

from deploy.tests.events import KINDS, Request, http_answer, http_event
from deploy.tests.library import Client, Page
from tests.arranger import MAIL, PERSON, unique


@KINDS
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X_Forwarded_For", "Forwarded", "X-Real-Ip", "Remote-Addr"])
def test_the_address_of_a_client_is_what_the_gateway_saw(library, function, kind, header) -> None:
    visitor = Client(function, kind)
    page = Page(visitor.get("/login").text)

    def guess(number: int) -> int:
        claim = f"for=192.0.2.{number}" if header == "Forwarded" else f"192.0.2.{number}"
        fields = page.fields | {"username": unique("intruder"), "password": unique("wrong")}
        return visitor.submit("/login", fields, headers={header: claim}).status

    assert [guess(number) for number in range(11)] == [422] * 10 + [429]


def test_who_guesses_passwords_is_slowed(function) -> None:
    """(No line of the log says whose: see `library`.)"""
    name, visitor = unique(f"{PERSON}@{MAIL}"), Client(function)
    page = Page(visitor.get("/login").text)
    fields = page.fields | {"username": name, "password": "wrong"}

    answers = [visitor.submit("/login", fields) for _ in range(12)]

    assert [each.status for each in answers] == [422] * 10 + [429] * 2


ODD_PATHS = [
    "/%C3%A9t%C3%A9", "/été", "/api/book/été", "/api/%00", "/api/book/%ff%fe", "/%", "/%zz", "/%25zz", "//", "*", "",
    "//evil.example/", "/login/../../etc/passwd", "/login%0d%0aSet-Cookie:%20a=b", "/static/%2e%2e/%2e%2e/settings.py",
    "/static/..%2f..%2flibrary_site/settings.py", "/static/%00", "/static/%ff", "/static/é.css", "/static/",
    "/static/library", "/static/staticfiles.json/x", f"/static/{'a' * 5000}", f"/{'a' * 8000}",
    "/admin/catalog/book/%5F00/change/", "/admin/é/",
]  # fmt: skip
ODD_QUERIES = ["q=%00", "q=%ff", "q=%", "q=é", "q", "=", "&&&", "q=a&q=b", "page_size=%C2%B2&q=a", "cursor=%F0%9F&q=a"]
ODD_METHODS = ["HEAD", "OPTIONS", "PROPFIND", "TRACE", "DELETE", "get"]
ODD_HEADERS: dict[str, list[str]] = {
    "Host": ["evil.example", "", "é.amazonaws.com"],
    "Authorization": ["Token é", "Token Ω≈ç√", "Token \x00", "Basic %%%"],
    "Cookie": ["sessionid=é; csrftoken=\x00; =; ;;", "sessionid=" + "a" * 8000],
    "Accept": [";;;q=x, text/é"],
    "Accept-Language": ["xx-é;q=zz"],
    "Accept-Encoding": ["gzip;q=junk, *"],
    "Content-Type": ["text/html; charset=rot13", "multipart/form-data", "application/json; charset=é"],
    "Idempotency-Key": ["é"],
    "X-É": ["é"],
    **{name: ["junk", "é", "\x00"] for name in ("If-Modified-Since", "If-None-Match", "Range", "X-Forwarded-Port")},
    **{name: ["", "junk", "é", "\x00"] for name in ("If-Match", "X-Http-Method-Override")},
    **{name: ["junk://é", "null"] for name in ("X-Forwarded-Host", "Origin", "Referer", "Hx-Current-Url")},
}


@KINDS
def test_what_is_odd_is_no_fault_of_the_server(library, function, kind) -> None:
    token = {"Authorization": f"Token {library.token}"}
    pages = [("GET", "/"), ("GET", "/api/author"), ("POST", "/api/user/register"), ("POST", "/login")]
    requests = [Request(path=path) for path in ODD_PATHS]
    requests += [Request(path="/api/book/search", query=query, headers=token) for query in ODD_QUERIES]
    requests += [
        Request(method, path) for method in ODD_METHODS for path in ("/", "/api/author", "/healthz", "/admin/")
    ]
    requests += [
        Request(method, path, headers={name: value}, body=b"\xff{" if method == "POST" else b"")
        for name, values in ODD_HEADERS.items()
        for value in values
        for method, path in pages
    ]
    before = len(function.logs)
    events = [http_event(kind, request) for request in requests]

    answers = [http_answer(function.invoke(event)) for event in events]

    assert [(event, each.text) for event, each in zip(events, answers, strict=True) if each.status >= 500] == []
    alarming = [each for each in function.logs[before:] if each.get("level") in {"ERROR", "CRITICAL"}]
    assert [each for each in alarming if not each["message"].startswith("Invalid HTTP_HOST header")] == []
