"""A library that lives under a path: every address that it gives out is under it, whether or not requests are."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from library_site.on_lambda.tests.events import v1, v2
from tests.process import python

pytestmark = pytest.mark.xdist_group("base path")  # one process answers them all

SITE = """
import json, sys
from wsgiref.util import setup_testing_defaults
from library_site.on_lambda import application
from library_site.on_lambda.http import answer
from library_site.on_lambda.tests.events import LambdaContext
from django.contrib.auth.models import User
from django.core.management import call_command
from knox.models import AuthToken
from tests.library import add_book

events = json.load(sys.stdin)
call_command("migrate", verbosity=0)
librarian = User.objects.create_superuser("librarian", password="correct horse")
_, token = AuthToken.objects.create(librarian)
add_book(), add_book()
for event in events.values():
    event["headers"] = {name: value.replace("TOKEN", token) for name, value in event["headers"].items()}
    event.pop("multiValueHeaders", None)
answers = {name: answer(event, LambdaContext()) for name, event in events.items()}

def over_http(path):
    environ, statuses = {"PATH_INFO": path, "HTTP_HOST": "testserver"}, []
    setup_testing_defaults(environ)
    application(environ, lambda status, headers: statuses.append(status[:3]))
    return statuses

answers["over http"] = {path: over_http(path) for path in ("/healthz", "/production/healthz", "/login")}
print(json.dumps(answers))
"""


def site(base_path: str, database: Path, events: dict[str, Any]) -> dict[str, Any]:
    """What a process of its own answers to the events. TOKEN in a header is the librarian's."""
    environ = {"DEBUG": "True", "SECURE_SSL_REDIRECT": "True"}  # static files need no collecting
    environ["DATABASE_URL"] = f"sqlite:///{database}"
    ran = python(SITE, given=json.dumps(events), BASE_PATH=base_path, **environ)
    assert ran.returncode == 0, ran.stderr
    answers: dict[str, Any] = json.loads(ran.stdout)
    return answers


AUTHORIZED = {"authorization": "Token TOKEN"}

EVERYWHERE: dict[str, tuple[str, dict[str, Any]]] = {
    "desk": ("/", {}),
    "login": ("/login", {}),
    "admin": ("/admin/", {}),
    "admin without slash": ("/admin", {}),
    "admin login": ("/admin/login/", {}),
    "books": ("/api/book?page_size=1", {"headers": AUTHORIZED}),
    "missing": ("/api/book/missing", {"headers": AUTHORIZED}),
    "schema": ("/api/schema?format=json", {}),
    "docs": ("/api/docs", {}),
    "static": ("/static/library/library.css", {}),
    "healthz": ("/healthz", {}),
}


@pytest.fixture(scope="module")
def answers(give_migrated: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the library under /production answers everywhere, to requests that say the base path and some that don't."""
    events = {f"long {name}": v2(f"/production{target}", **more) for name, (target, more) in EVERYWHERE.items()}
    events |= {f"short {name}": v2(target, **more) for name, (target, more) in EVERYWHERE.items()}
    events["v1"] = v1("/production/login")
    events["base"] = v2("/production")
    events["twice"] = v2("/production/production/login")
    for near in ("/productions/login", "/productionlogin", "/Production/login", "/xproduction/login"):
        events[near] = v2(near)
    give_migrated(database := tmp_path_factory.mktemp("base") / "library.sqlite3")
    return site("production", database, events)


lengths = pytest.mark.parametrize("length", ["long", "short"])


@pytest.mark.parametrize("name", [each for each in EVERYWHERE if each not in {"login", "admin login"}])
def test_a_request_is_the_same_with_the_base_path_and_without(answers: dict[str, Any], name: str) -> None:
    long, short = answers[f"long {name}"], answers[f"short {name}"]

    assert long["statusCode"] == short["statusCode"] < 400
    assert long["body"] == short["body"]
    assert long["headers"].get("location") == short["headers"].get("location")


@lengths
@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("desk", "/production/login?next=/production/"),
        ("admin", "/production/admin/login/?next=/production/admin/"),
        ("admin without slash", "/production/admin/"),
    ],
)
def test_redirects_lead_below_it(answers: dict[str, Any], length: str, name: str, location: str) -> None:
    assert answers[f"{length} {name}"]["headers"]["location"] == location


@lengths
def test_links_are_of_it_alone(answers: dict[str, Any], length: str) -> None:
    for name in ("login", "admin login", "docs"):
        page = answers[f"{length} {name}"]["body"]
        links = [each.partition('"')[0] for mark in ('href="', 'src="', 'action="') for each in page.split(mark)[1:]]
        assert any(link.startswith("/production/static/") for link in links)
        assert [link for link in links if link.startswith("/") and not link.startswith("/production/")] == []

    of_rest = json.loads(answers[f"{length} books"]["body"])["next"]
    assert of_rest.startswith("https://testserver/production/api/book?")


def test_the_schema_says_where_its_paths_begin(answers: dict[str, Any]) -> None:
    schema = json.loads(b64decode(answers["long schema"]["body"]))

    assert schema["servers"] == [{"url": "/production"}]
    assert "/api/book/{id}/borrow" in schema["paths"]


def test_the_health_check_alone_needs_no_https(answers: dict[str, Any]) -> None:
    assert answers["over http"] == {"/healthz": ["200"], "/production/healthz": ["200"], "/login": ["301"]}


def test_static_files_are_below_it_and_what_is_only_like_it_is_not_it(answers: dict[str, Any]) -> None:
    assert answers["long static"]["headers"]["content-type"].startswith("text/css")
    assert answers["v1"]["statusCode"] == 200, "a REST API may hand it on too"
    assert answers["base"]["headers"]["location"] == "/production/login?next=/production/"
    for near in ("twice", "/productions/login", "/productionlogin", "/Production/login", "/xproduction/login"):
        assert answers[near]["statusCode"] == 404, near
