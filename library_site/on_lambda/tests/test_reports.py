"""What users of other adapters have reported of theirs, publicly: here, each holds."""

import base64
import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from django.urls import clear_script_prefix

from deploy.tests.events import HTTP_KINDS, Request, http_answer, http_event, recorded
from library_site.on_lambda import entry, http

from .events import SOURCE, LambdaContext, bus, queue

pytestmark = pytest.mark.usefixtures("db", "open_connections", "sites_host")

Event = dict[str, Any]


@pytest.fixture
def sites_host() -> Any:
    """The hosts of the recorded gateways."""
    with override_settings(ALLOWED_HOSTS=["library.example.org", ".amazonaws.com", ".on.aws"]):
        yield


class Report(NamedTuple):
    """Where it is told, what goes wrong there, and what is right."""

    where: str
    symptom: str
    check: Callable[[], None]


REPORTS: list[Report] = []


def report(where: str, symptom: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def keep(check: Callable[[], None]) -> Callable[[], None]:
        REPORTS.append(Report(where, symptom, check))
        return check

    return keep


def sent(kind: str, method: str = "GET", path: str = "/healthz", query: str = "", **given: Any) -> Event:
    return http_event(kind, Request(method, path, query, source_ip=SOURCE, **given))


def answered(event: Any) -> Any:
    """What the function answers, as Lambda can send it."""
    return json.loads(json.dumps(entry.handler(event, LambdaContext())))


def told(event: Event) -> dict[str, Any]:
    """What WSGI is told of a request."""
    found: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        found.update(environ)
        start_response("204 No Content", [])
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "application", application)
        answered(event)
    return found


def path_told(event: Event) -> str:
    return str(told(event)["PATH_INFO"]).encode("latin-1").decode()


def status_of(event: Event) -> int:
    return http_answer(answered(event)).status


# Who asks, and for which host


@report("adamchainz/apig-wsgi#155", "a balancer's health check has no Host, and fails")
def _() -> None:
    for headers in ({"headers": {"user-agent": "ELB-HealthChecker/2.0"}}, {"multiValueHeaders": {"user-agent": ["x"]}}):
        event = {name: value for name, value in recorded("balancer").items() if name != "headers"} | headers
        assert status_of(event) == 200


@report("Miserlou/Zappa#772", "a client chooses its address by X-Forwarded-For")
def _() -> None:
    for kind in HTTP_KINDS:
        assert told(sent(kind, headers={"X-Forwarded-For": "192.0.2.66"}))["REMOTE_ADDR"] == SOURCE


@report("CodeGenieApp/serverless-express#331", "a balancer's events name no address: an error")
def _() -> None:
    event = recorded("balancer")
    del event["headers"]["x-forwarded-for"]
    assert status_of(event) == 200


@report("aws-powertools/powertools-lambda-python#1327", "the console's test page sends null for headers: an error")
def _() -> None:
    nothing = {"headers": None, "multiValueHeaders": None, "multiValueQueryStringParameters": None}
    assert status_of(recorded("rest_api") | nothing) == 200


# Paths


@report("honojs/hono#2156", "an HTTP API has decoded the path; it is decoded twice, or taken apart at ? and #")
def _() -> None:
    for kind in HTTP_KINDS:
        assert path_told(sent(kind, path="/book/100%2525%23%2Fa")) == "/book/100%25#/a"
    for version in ("1.0", "2.0"):  # of the payload: both are decoded
        event = recorded("http_api") if version == "2.0" else recorded("rest_api") | {"version": version}
        assert path_told(event | {"path": "/100%25?", "rawPath": "/100%25?"}) == "/100%25?"


@report("Miserlou/Zappa#1814", "letters that are not ASCII come as other letters")
def _() -> None:
    for kind in HTTP_KINDS:
        assert path_told(sent(kind, path="/a/%E6%B8%AC%E8%A9%A6")) == "/a/測試"


@report("rails-lambda/lamby#170", "a percent sign at the end of a path is lost")
def _() -> None:
    for kind in HTTP_KINDS:
        assert path_told(sent(kind, path="/test/dwef782jkif%25")) == "/test/dwef782jkif%"


@report("zappa/Zappa#1390", "under a stage of an HTTP API, the stage stands in each path twice")
def _() -> None:
    under_a_base(lambda event: status_of(event) == 200, kind="http_api")


@report("slank/awsgi#18", "under a base path of a custom domain nothing is found")
def _() -> None:
    under_a_base(lambda event: status_of(event) == 200, kind="rest_api")


@report("Kludex/mangum#142", "links lead out of the stage")
def _() -> None:
    under_a_base(
        lambda event: http_answer(answered(event)).headers["location"].startswith("/production/login"), path="/"
    )


def under_a_base(is_right: Callable[[Event], bool], *, kind: str = "rest_api", path: str = "/healthz") -> None:
    with override_settings(BASE_PATH="/production", FORCE_SCRIPT_NAME="/production", LOGIN_URL="/production/login"):
        for on in (True, False):
            assert is_right(sent(kind, path=path, base="/production", hands_base_on=on))
    clear_script_prefix()  # which a request sets for its thread, and for the tests that come after


# Queries


@report("adamchainz/apig-wsgi#186", "+02:00 in a query becomes a space")
def _() -> None:
    for kind in HTTP_KINDS:
        assert parse_qs(told(sent(kind, query="at=14:00%2B02:00"))["QUERY_STRING"]) == {"at": ["14:00+02:00"]}


@report("adamchainz/apig-wsgi#101", "behind a balancer the query is encoded twice")
def _() -> None:
    for kind in ("balancer", "balancer_multi_value"):
        assert parse_qs(told(sent(kind, query="phone=%2B4412345678"))["QUERY_STRING"]) == {"phone": ["+4412345678"]}


@report("logandk/serverless-wsgi#146", "behind a balancer, a plus is a plus and no space")
def _() -> None:
    for kind in HTTP_KINDS:
        query = told(sent(kind, query="at=2020-07-24+09%3A55%3A00"))["QUERY_STRING"]
        assert parse_qs(query) == {"at": ["2020-07-24 09:55:00"]}


@report("zappa/Zappa#1473", "of a name that stands in the query twice, one comes, or both in one text")
def _() -> None:
    for kind in set(HTTP_KINDS) - {"balancer"}:  # which tells the last, unless its headers are multi-value
        assert parse_qs(told(sent(kind, query="id=1&id=2&name=a,b"))["QUERY_STRING"]) == {
            "id": ["1", "2"],
            "name": ["a,b"],
        }


# Bodies


@report("Miserlou/Zappa#677", "a form that comes in base64 is refused for its token")
def _() -> None:
    User.objects.create_user("ann", password="correct horse")
    secret = "a" * 32
    form = urlencode({"username": "ann", "password": "correct horse", "csrfmiddlewaretoken": secret}).encode()
    for kind in HTTP_KINDS:
        host = told(sent(kind))["HTTP_HOST"]
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{host}"}
        event = sent(kind, "POST", "/login", headers=headers, cookies={"csrftoken": secret}, body=form)
        encoded = {"body": base64.b64encode(form).decode(), "isBase64Encoded": True}
        assert status_of(event | encoded) == 302


@report("logandk/serverless-wsgi#220", "there is no body, or it is null: an error")
def _() -> None:
    for kind in HTTP_KINDS:
        event = sent(kind, "POST", "/api/user/register")
        without = {name: value for name, value in event.items() if name != "body"}
        assert [status_of(event | {"body": None}), status_of(without)] == [401, 401]


@report("aws-powertools/powertools-lambda-typescript#5673", "a GET or HEAD that has a body crashes")
def _() -> None:
    for kind in HTTP_KINDS:
        assert [status_of(sent(kind, method, body=b"{}")) for method in ("GET", "HEAD")] == [200, 200]


# Answers


@report("DataBiosphere/azul#6514", "HEAD is answered with a body")
def _() -> None:
    for kind in HTTP_KINDS:
        for path in ("/healthz", "/login", "/nowhere", "/api/docs"):
            head, get = (http_answer(answered(sent(kind, method, path))) for method in ("HEAD", "GET"))
            assert (head.status, head.body) == (get.status, b"")
            assert head.headers["content-length"] == str(len(get.body))


@report("Kludex/mangum#215", "of several cookies one comes, or none")
def _() -> None:
    User.objects.create_user("ann", password="correct horse")
    for kind in set(HTTP_KINDS) - {"balancer"}:  # which can set one, unless its headers are multi-value
        form = urlencode({"username": "ann", "password": "correct horse", "csrfmiddlewaretoken": "a" * 32}).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://{told(sent(kind))['HTTP_HOST']}/",
        }
        event = sent(kind, "POST", "/login", headers=headers, cookies={"csrftoken": "a" * 32}, body=form)
        cookies = http_answer(answered(event)).cookies
        assert sorted(each.partition("=")[0].strip() for each in cookies) == ["csrftoken", "device", "sessionid"]


@report("Miserlou/Zappa#1605", "every text is answered in base64")
def _() -> None:
    for kind in HTTP_KINDS:
        for path in ("/healthz", "/login", "/api/nowhere"):
            assert not answered(sent(kind, path=path))["isBase64Encoded"]


@report("aws-powertools/powertools-lambda-python#4671", "an answer without a body is null: a balancer says 502")
def _() -> None:
    for kind in HTTP_KINDS:
        assert answered(sent(kind, path="/"))["body"] == ""


@report("CodeGenieApp/serverless-express#563", "a header whose value is a number: a balancer says 502")
def _() -> None:
    for kind in HTTP_KINDS:
        http_answer(answered(sent(kind, path="/login")))  # which sees that they are texts


# Messages


@report("aws-powertools/powertools-lambda-java#119", "one message that fails brings the whole batch back")
def _() -> None:
    query = {"operation": "GetMissingBooks"}
    assert answered(queue(query, "junk", query)) == {"batchItemFailures": [{"itemIdentifier": "message-2"}]}


@report("Miserlou/Zappa#1613", "an event that nothing is there for is answered null, and its message deleted")
def _() -> None:
    for event in (bus({}), {"Records": [{"eventSource": "aws:s3"}]}, {"resources": ["arn:aws:events"]}):
        with pytest.raises(entry.UnknownEvent):
            entry.handler(event, LambdaContext())


@pytest.mark.parametrize("each", REPORTS, ids=lambda each: f"{each.where}: {each.symptom}")
def test_what_was_reported_of_others_does_not_happen_here(each: Report) -> None:
    each.check()
