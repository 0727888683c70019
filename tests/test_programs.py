"""What programs may send by chance, with a librarian’s token and with one that may do nothing; `make soak`: 10,000."""

import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, openapi
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from library_site.accounts.watch import unwatched
from library_site.cqrs.models import JournalEntry
from library_site.wsgi import application
from tests.library import new_token
from tests.test_schema import furnished

__all__ = ["furnished"]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TOO_MANY = 429
"""What a throttle answers, which is right of any request."""

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_one_transaction"),
    pytest.mark.xdist_group("document"),  # which takes seconds to make
]


@cache
def operations() -> list[Any]:
    """All that the document has."""
    schema = openapi.from_wsgi("/api/schema", application, headers={"Accept": "application/json"})
    return [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]


def aim(case: Case, furnished: dict[str, str]) -> None:
    """Let every other request be about something that there is."""
    parameters: dict[str, Any] = case.path_parameters or {}
    for name, value in parameters.items():
        resource = case.path.split("/")[2] if name == "id" else name.removesuffix("_id")
        if sum(str(value).encode()) % 2 or not unquote(str(value)).isprintable():
            parameters[name] = furnished[resource]


def sent(operation: Any, mode: GenerationMode, number: int, send: Callable[[Case], None]) -> None:
    """Send requests that the schema allows, or does not."""

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Case) -> None:
        send(case)

    each()


def answers(token: str, furnished: dict[str, str], number: int) -> Counter[int]:
    """How many answers of each status there were to so many requests to each operation."""
    found: Counter[int] = Counter()

    def send(case: Case) -> None:
        aim(case, furnished)
        response = case.call(headers={"Authorization": f"Token {token}"})
        found[response.status_code] += 1
        if response.status_code != TOO_MANY:
            case.validate_response(response, checks=CHECKS, headers={"Authorization": "Token"})

    for operation in operations()[:: 6 if number == 1 else 1]:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            sent(operation, mode, number, send)
    return found


def rows() -> dict[str, list[Any]]:
    """Every row of the library, and what the journal has of what was carried out."""
    tables = [*apps.get_app_config("catalog").get_models(), *apps.get_app_config("circulation").get_models()]
    found = {each._meta.label: list(each._default_manager.order_by("pk").values()) for each in tables}
    return found | {"journal": list(JournalEntry.objects.exclude(outcome="REFUSED").order_by("id").values())}


@pytest.fixture
def nobodys(db: None) -> str:
    with unwatched():
        return new_token(User.objects.create_user("reader"))


SO_MANY = [
    pytest.param(1, id="some"),
    pytest.param(36, id="many", marks=[pytest.mark.soak, pytest.mark.postgresql]),
]


@pytest.mark.parametrize("number", SO_MANY)
def test_answers_are_as_the_document_says(token: str, furnished: dict[str, str], number: int) -> None:
    found = answers(token, furnished, number)
    sys.stdout.write(f"{found.total():,} requests with a librarian's token: {dict(sorted(found.items()))}\n")


@pytest.mark.parametrize("number", SO_MANY)
def test_who_may_do_nothing_does_nothing(nobodys: str, furnished: dict[str, str], number: int) -> None:
    before = rows()
    found = answers(nobodys, furnished, number)
    sys.stdout.write(f"{found.total():,} requests with a token that may do nothing: {dict(sorted(found.items()))}\n")
    assert rows() == before
    assert not [status for status in found if status < 400]
