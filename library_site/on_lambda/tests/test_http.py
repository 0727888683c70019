"""HTTP events to Django and back: addresses, texts, cookies, bytes, and an answer when time is over."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection

from deploy.tests.events import http_answer
from library_site.cqrs.answers import UNAVAILABLE
from library_site.on_lambda import http

from .events import HTTP, SOURCE, LambdaContext, alb_lists, hang, nearly_over, v1, v2

Make = Callable[..., dict[str, Any]]

every_kind = pytest.mark.parametrize("make", HTTP.values(), ids=HTTP)
database = pytest.mark.usefixtures("db", "open_connections")


def answer(event: dict[str, Any], context: LambdaContext | None = None) -> dict[str, Any]:
    reply: dict[str, Any] = http.answer(event, context or LambdaContext())
    assert json.loads(json.dumps(reply)) == reply, "Lambda can send it"
    return reply


# What WSGI is told


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the last request told WSGI, which answers nothing to it."""
    told: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        told.clear()
        told.update(environ)
        start_response("204 No Content", [])
        return []

    monkeypatch.setattr(http, "application", application)
    return told


def test_a_balancer_adds_the_address_to_the_last_of_several_headers(environ: dict[str, Any]) -> None:
    event = alb_lists("/")
    event["multiValueHeaders"]["x-forwarded-for"] = ["198.51.100.1", f"198.51.100.2,{SOURCE}"]

    answer(event)

    assert environ["REMOTE_ADDR"] == SOURCE


@every_kind
def test_every_request_came_over_https_whatever_it_claims(environ: dict[str, Any], make: Make) -> None:
    event = make("/", headers={"x-forwarded-proto": "http", "x-forwarded-port": "80", "forwarded": "proto=http"})

    answer(event)

    assert (environ["wsgi.url_scheme"], environ["SERVER_PORT"]) == ("https", "443")


@every_kind
@pytest.mark.parametrize("segment", ["emma", "émma", "日本", "a b", "a+b", "a%2Fb"])
def test_a_path_is_told_in_the_bytes_that_it_stands_for(environ: dict[str, Any], make: Make, segment: str) -> None:
    answer(make(f"/book/{quote(segment.replace('%2F', '/'), safe='+')}/"))

    assert environ["PATH_INFO"].encode("latin-1").decode() == f"/book/{segment.replace('%2F', '/')}/"


@pytest.mark.parametrize("make", [v1, v2])
def test_a_path_that_the_gateway_has_decoded_is_the_same_path(environ: dict[str, Any], make: Make) -> None:
    event = make("/") | {"rawPath" if make is v2 else "path": "/é/日本"}

    answer(event)

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/é/日本"


@every_kind
@pytest.mark.parametrize("value", ["Ann Lee", "Ann Łée", "日本"])
def test_a_header_is_told_in_bytes_too(environ: dict[str, Any], make: Make, value: str) -> None:
    answer(make("/", headers={"x-name": value}))

    assert environ["HTTP_X_NAME"].encode("latin-1").decode() == value


@every_kind
def test_no_header_passes_for_what_the_gateway_knows(environ: dict[str, Any], make: Make) -> None:
    answer(
        make("/", headers={"remote-addr": "198.51.100.1", "remote_user": "root", "script-name": "/x", "https": "off"})
    )

    assert environ["REMOTE_ADDR"] == SOURCE
    assert environ["SCRIPT_NAME"] == ""
    assert environ.keys().isdisjoint({"REMOTE_USER", "HTTPS"})


@pytest.mark.parametrize("make", [v1, v2, alb_lists])
def test_a_name_may_stand_in_the_query_more_than_once(environ: dict[str, Any], make: Make) -> None:
    answer(make("/?q=a%20b&q=%C3%A9&empty="))

    assert environ["QUERY_STRING"].replace("+", "%20") == "q=a%20b&q=%C3%A9&empty="


@every_kind
def test_a_body_is_the_bytes_that_were_sent(environ: dict[str, Any], make: Make) -> None:
    body = bytes(range(256))

    answer(make("/", method="POST", headers={"content-type": "application/octet-stream"}, body=body))

    assert environ["wsgi.input"].read() == body
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("256", "application/octet-stream")


# What comes back


@every_kind
@database
def test_texts_are_answered_as_they_are(make: Make) -> None:
    reply = answer(make("/login"))

    assert (reply["statusCode"], reply["isBase64Encoded"]) == (200, False)
    assert "<form" in reply["body"]


def sign_in(make: Make, password: str, **headers: str) -> dict[str, Any]:
    """The answer to the form of the page /login, sent by the librarian's browser."""
    secret = "a" * 32
    form = {"username": "librarian", "password": password, "csrfmiddlewaretoken": secret}
    sent = {
        "content-type": "application/x-www-form-urlencoded",
        "origin": "https://testserver",
        "cookie": f"csrftoken={secret}; other=1",
    }
    return answer(make("/login", method="POST", headers=sent | headers, body=urlencode(form).encode()))


@every_kind
@database
def test_a_form_of_another_site_is_refused(librarian: User, make: Make) -> None:
    for origin in ("http://testserver", "https://elsewhere.example", "null"):
        assert sign_in(make, "correct horse", origin=origin)["statusCode"] == 403

    assert not Session.objects.exists()


@every_kind
@database
def test_a_host_that_is_not_ours_is_refused(make: Make) -> None:
    for host in ("elsewhere.example", "testserver.elsewhere.example", "tést", ""):
        reply = answer(make("/login", headers={"host": host, "x-forwarded-host": "testserver"}))
        assert reply["statusCode"] == 400


# Time


@pytest.mark.parametrize("event", [{"requestContext": {"http": {}}}, {"requestContext": {"elb": {}}}])
def test_an_event_that_is_half_a_request_is_an_error_and_counted(event: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "library_site.requests")

    with pytest.raises(KeyError):
        answer(event, LambdaContext())

    (said,) = [vars(record) for record in caplog.records]
    assert (said["kind"], said["status"], said["code"]) == ("http", 500, "KeyError")


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database does not come to an answer, nor to an error."""
    with connection.execute_wrapper(hang):
        yield


@every_kind
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("target", ["/healthz", "/api/book/missing", "/"])
def test_when_time_is_over_the_answer_is_a_503_that_says_try_again(
    token: str, hanging: None, caplog: pytest.LogCaptureFixture, make: Make, target: str
) -> None:
    caplog.set_level(logging.INFO, "library_site.requests")
    context = nearly_over()
    headers = {"authorization": f"Token {token}", "cookie": "sessionid=" + "a" * 32}

    reply = answer(make(target, headers=headers), context)

    assert context.get_remaining_time_in_millis() > 0
    assert reply["statusCode"] == 503
    kind = "text/html; charset=utf-8" if target == "/" else "application/problem+json"
    assert http_answer(reply).headers == {"content-type": kind, "retry-after": "5"}
    assert "does not answer" in reply["body"] if target == "/" else json.loads(reply["body"]) == UNAVAILABLE
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.getMessage() == "No answer within the function's time"
    (said,) = [vars(record) for record in caplog.records if record.name == "library_site.requests"]
    assert (said["status"], said["method"], said["route"]) == (503, "GET", target)
    assert bool(said["gateway_request_id"])
    assert connection.connection is None
