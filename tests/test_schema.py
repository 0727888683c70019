"""The OpenAPI document, and that nothing that is sent is a server error. (That the API keeps to it: test_programs.)"""

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import RequestFactory
from drf_spectacular.validation import validate_schema
from rest_framework.serializers import ListField, Serializer
from rest_framework.test import APIClient

from catalog.api import BARCODE
from catalog.models import Book
from circulation.api.examples import CARD
from circulation.commands import AddClosure
from circulation.tests.imports import begin
from library_site.cqrs import IdempotencyKeyReused, dispatch
from library_site.cqrs.operations import RegisteredOperation
from library_site.wsgi import application
from tests.declared import Declared, each_operation
from tests.doors import Route, operations_with, request_of, rest_task, rest_tasks
from tests.library import add_book, borrow, context, lend, register, report_missing, reserve
from tests.of_each import of_each


@cache
def document() -> dict[str, Any]:
    """What /api/schema answers, once somebody asks: it takes seconds, of every process that collects tests."""
    answer: dict[str, Any] = APIClient().get("/api/schema", headers={"Accept": "application/json"}).json()
    return answer


operations = of_each({each.name: each for each in operations_with(rest_task)})


def described(operation: RegisteredOperation) -> tuple[str, str, dict[str, Any]]:
    """The path, the method and the description of an operation in the document."""
    ((path, method, said),) = [
        (path, method, said)
        for path, methods in document()["paths"].items()
        for method, said in methods.items()
        if isinstance(said, dict) and said.get("operationId") == operation.name
    ]
    return path, method, said


# The document


@pytest.mark.soak
def test_the_document_is_valid_openapi_3_1() -> None:
    """That it is valid, `make lint` says, too."""
    assert document()["openapi"].startswith("3.1.")
    validate_schema(document())


def test_every_operation_id_is_there_once() -> None:
    ids = [each["operationId"] for methods in document()["paths"].values() for each in methods.values()]

    assert len(ids) == len(set(ids))


@operations
def test_an_operation_is_described_as_it_is(operation: RegisteredOperation) -> None:
    _, method, said = described(operation)
    (success,) = [answer for status, answer in said["responses"].items() if status.startswith("2")]
    body = resolve(said["requestBody"]) if "requestBody" in said else {}
    answer, headers = resolve(success), {each["name"] for each in said.get("parameters", []) if each["in"] == "header"}

    assert method == ("get" if operation.is_query else "post")
    assert said["summary"] == operation.title
    assert said["description"].partition("\n")[0] == (operation.handler.__doc__ or "").partition("\n")[0]
    assert said["tags"] == ["Queries" if operation.is_query else "Commands"]
    assert headers == (set() if operation.is_query else {"Idempotency-Key"})
    assert not body.get("properties") or examples(said["requestBody"])
    assert examples(success)
    for example in examples(success):
        assert set(example) == set(answer["properties"])
        if operation.is_query:
            (row,) = example["results"]
            row_schema = answer["properties"]["results"]["items"]["$ref"].rpartition("/")[2]
            assert set(row) == set(document()["components"]["schemas"][row_schema]["properties"])


def examples(body: dict[str, Any]) -> list[Any]:
    (content,) = body["content"].values()
    return [each["value"] for each in content["examples"].values()]


def resolve(body: dict[str, Any]) -> dict[str, Any]:
    """The schema of a JSON body."""
    found: dict[str, Any] = body["content"]["application/json"]["schema"]
    if "$ref" in found:
        found = document()["components"]["schemas"][found["$ref"].rpartition("/")[2]]
    return found


@operations
def test_every_refusal_is_listed_with_its_code(operation: RegisteredOperation) -> None:
    _, _, said = described(operation)
    codes = {refusal.code for refusal in operation.refusals}
    codes |= set() if operation.is_query else {IdempotencyKeyReused.code}
    problems = {status: answer for status, answer in said["responses"].items() if not status.startswith("2")}

    assert all(set(answer["content"]) == {"application/problem+json"} for answer in problems.values())
    documented = {
        code for answer in problems.values() for code in answer["content"]["application/problem+json"]["examples"]
    }
    assert codes <= documented
    assert documented >= {"not_authenticated", "permission_denied", "invalid"}


def test_everything_but_the_document_itself_takes_a_token() -> None:
    for methods in document()["paths"].values():
        for said in methods.values():
            assert {"Token": []} in said["security"], said["operationId"]


@each_operation(lambda declared: rest_task(declared.operation).action.rest_task.request_example)
def test_the_request_example_is_carried_out(api: APIClient, supervisor: User, declared: Declared) -> None:
    """It does what it says, in a library that has what it names."""
    request = request_of(declared.operation, declared.arguments())
    (example,) = examples(described(declared.operation)[2]["requestBody"])

    there = {name: value for name, value in request.body.items() if name in example and name.endswith("_id")}
    response = api.post(request.path, example | there)

    assert response.status_code == request.status, response.json()


def test_the_id_of_what_has_a_barcode_may_be_its_barcode() -> None:
    borrow, move = document()["paths"]["/api/book/{id}/borrow"], document()["paths"]["/api/reservation/{id}/move"]

    (of_book,) = [each for each in borrow["post"]["parameters"] if each["in"] == "path"]
    (of_reservation,) = [each for each in move["post"]["parameters"] if each["in"] == "path"]
    of_user = resolve(borrow["post"]["requestBody"])["properties"]["user_id"]

    for schema, labels in ((of_book["schema"], ["S12345", BARCODE]), (of_user, ["AB-12/7", CARD])):
        id, barcode = schema["anyOf"]
        assert id == {"format": "uuid"}
        assert all(re.search(barcode["pattern"], label) for label in labels)
        assert not any(re.search(barcode["pattern"], text) for text in ("new", "9780306406157", "ab12" * 8, "a b1"))
    assert "barcode" in of_book["description"]
    assert of_reservation["schema"] == {"type": "string", "format": "uuid"}
    assert "404" in document()["paths"]["/api/journal"]["get"]["responses"]


@operations
def test_a_request_says_what_it_may_override(operation: RegisteredOperation) -> None:
    _, _, said = described(operation)
    properties = resolve(said["requestBody"])["properties"] if "requestBody" in said else {}

    if operation.overridable:
        reference = properties["override"]["items"]["$ref"].rpartition("/")[2]
        codes = document()["components"]["schemas"][reference]["enum"]
        assert set(codes) == {refusal.code for refusal in operation.overridable}
    assert ("override" in properties) is bool(operation.overridable)


@pytest.fixture
def furnished(token: str) -> dict[str, str]:
    """A library in which the ids of paths, every other time, are those of things that there are."""
    books = [add_book(f"Book {number}") for number in range(3)]
    user_id = register()
    borrow(books[1], user_id)
    report_missing(books[2])
    ids = {"book": books[0], "user": user_id, "author": Book.objects.get(pk=books[0]).author_id}
    ids["reservation"] = reserve(lend(), register())
    ids["closure"] = dispatch(AddClosure(first=date(2099, 12, 24), last=date(2099, 12, 31)), context()).closure_id
    ids["import"] = begin("Title,Author", "Emma,Jane Austen")
    return {name: str(each) for name, each in ids.items()} | {"token": token}


# Whatever is sent, nothing is a server error

NOBODY = "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"

OF_A_DATABASE = {
    "NUL", "half a character", "grows 18 times when folded", "one word of 100 KB", "very many words", "no letters",
    "one word of 2.5 KB of letters of 4 bytes", "quotes and wildcards", "tsquery", "the first day of all",
    "the last day of all", "huge",
}  # fmt: skip
"""What databases differ about: bytes, lengths, ranges, words of a search."""

TEXTS = {
    "empty": "",
    "spaces": "   ",
    "NUL": "a\x00b",
    "half a character": "\ud800",
    "control characters": "\x1b[2J\x07\x7f\x85",
    "direction marks": "\u202eabc\u2066",
    "grows 18 times when folded": "\ufdfa" * 255,
    "grows 3 times when composed": "\U0001d160" * 200,
    "grows twice when composed": "\u0958" * 255,
    "shrinks when folded, grows when composed": "\u0958" * 60 + "ｶﾞ" * 97,
    "one word of 100 KB": "x" * 100_000,
    "one word of 2.5 KB of letters of 4 bytes": "𝔘" * 250,
    "very many words": "a " * 250,
    "no letters": "\u0301\u0302",
    "quotes and wildcards": "'\"`\\%_*;--",
    "tsquery": "a & b | !c <-> d:*",
    "template": "{{ 7*7 }}{% debug %}%s{0}",
    "emoji": "👩‍👩‍👧‍👦" * 20,
    "sharp s and dotted i": "ẞßİı" * 60,
    "address that grows": f"a@{'.'.join(['㎢' * 20] * 11)}.org",
    "address of another script": "käthe@bücher.example",
    "address with quotes": '"a b"@example.org',
    "the first day of all": "0001-01-01",
    "the last day of all": "9999-12-31",
    "barcode of a book": BARCODE,
    "barcode of a card": CARD,
    "misread barcode": "3" * 14,
    "own label": "AB-12/7",
    "own card": "S12345",
}

VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "number": 7,
    "negative": -1,
    "huge": 10**400,
    "float": 1e308,
    "list": [],
    "nested list": [[[["x"]]]],
    "object": {"id": {"id": {}}},
    "uuid": NOBODY,
    "uuid without hyphens": NOBODY.replace("-", ""),
    "uuid as urn": f"urn:uuid:{NOBODY}",
    "uuid in braces": f"{{{NOBODY}}}",
    "uuid with wide digits": "０" * 32,
    "uuid as a number": UUID(NOBODY).int,
    "uuid nil": str(UUID(int=0)),
} | TEXTS

CRUD: dict[str, dict[str, Any]] = {
    "author": {"name": "Jane Austen"},
    "user": {"name": "Ann Lee", "email": "ann@example.org", "status": "", "status_comment": ""},
    "book": {"title": "Emma", "isbn": "", "author": NOBODY, "borrower": NOBODY, "status": ""},
}


def no_server_error(response: Any) -> Any:
    assert response.status_code < 500, response.content[:500]
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == response.status_code
    return response


def path_of(task: Route, furnished: dict[str, str]) -> str:
    """The path of a task, about what there is."""
    parts = {f":{name}>": furnished[argument.removesuffix("_id")] for name, argument in task.in_path.items()}
    return "/".join(next((parts[end] for end in parts if each.endswith(end)), each) for each in task.route.split("/"))


def bodies(furnished: dict[str, str], value: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Requests in whose body one field is `value`, and the others are good; also inside of a field that is no text."""
    for resource, good in CRUD.items():
        for name in good:
            yield "POST", f"api/{resource}", good | {name: value}
            yield "PATCH", f"api/{resource}/{furnished[resource]}", good | {name: value}
    for task in rest_tasks():
        asked = task.action.rest_task
        for name, field in asked.takes().fields.items() if not task.operation.is_query else ():
            inner = [{each: value} for each in field.fields] if isinstance(field, Serializer) else []
            for each in (value, *inner, *([[value]] if isinstance(field, ListField) else [])):
                yield "POST", path_of(task, furnished), (asked.request_example or {}) | {name: each}


def each_of(values: dict[str, Any]) -> Any:
    each = [pytest.param(it, marks=[] if it in OF_A_DATABASE else pytest.mark.alike) for it in values]
    return pytest.mark.parametrize("value", each)


SOME = 10 if connection.vendor == "postgresql" else 25
one_in = pytest.mark.parametrize("one_in", [SOME, pytest.param(1, marks=pytest.mark.soak)], ids=["some", "all"])
"""Requests of so many are sent: with each value others, so that each field gets some of the values."""


@pytest.mark.postgresql
@pytest.mark.django_db
@each_of(VALUES)
@one_in
def test_no_value_in_a_body_is_a_server_error(
    api: APIClient, furnished: dict[str, str], value: str, one_in: int
) -> None:
    first = [*VALUES].index(value) % one_in
    for method, path, body in islice(bodies(furnished, VALUES[value]), first, None, one_in):
        no_server_error(api.generic(method, f"/{path}", json.dumps(body), content_type="application/json"))


def parameters(furnished: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The start of a query string, and what may come next in it. (That of a page is everywhere the same.)"""
    for resource in CRUD:
        for name in ("status", "author", "borrower", "isbn", "name", "email", "cursor", "page_size", "format"):
            yield f"api/{resource}?", name
    for task in rest_tasks():
        fields = task.action.rest_task.takes().fields if task.operation.is_query else {}
        searched = "q=x" if "q" in fields else ""
        for name in fields if searched else fields.keys() - {"cursor", "page_size"}:
            yield f"{path_of(task, furnished)}?{searched}", name


@pytest.mark.postgresql
@pytest.mark.django_db
@each_of(TEXTS)
@one_in
def test_no_value_in_a_query_string_is_a_server_error(
    api: APIClient, furnished: dict[str, str], value: str, one_in: int
) -> None:
    text, first = quote(TEXTS[value], errors="surrogatepass"), [*TEXTS].index(value) % one_in
    for start, name in islice(parameters(furnished), first, None, one_in):
        no_server_error(api.get(f"/{start}&{name}={text}"))


@pytest.mark.django_db
def test_no_body_is_a_server_error(api: APIClient, furnished: dict[str, str]) -> None:
    bodies = [
        b"", b"\x00", b"\xff\xfe", b"{", b"[" * 100_000, b'{"title":' * 5_000, b"null", b'"text"', b"\xef\xbb\xbf{}",
        b'{"author":' * 3_000 + b"1" + b"}" * 3_000, b'{"title": NaN, "isbn": Infinity}', b'{"title": 1e999999}',
        b'{"title": ' + b"9" * 10_000 + b"}", b'{"title": "\xff"}', b'{"title": "\\ud800"}',
        b'{"title": "a", "title": "b"}', '{"title": "é"}'.encode("utf-16"),
    ]  # fmt: skip
    for body in bodies:
        for path in ("author", "book", "book/new", f"book/{furnished['book']}/return", "user/register"):
            no_server_error(api.post(f"/api/{path}", body, content_type="application/json"))


@pytest.mark.django_db
def test_a_body_of_7_mb_is_too_large(api: APIClient) -> None:
    body = json.dumps({"title": "x" * 7_000_000, "author": {"name": "A"}})

    for path in ("book/new", "book", "author"):
        response = api.generic("POST", f"/api/{path}", body, content_type="application/json")
        assert (no_server_error(response).status_code, response.json()["code"]) == (413, "too_large")


def served(**environ: Any) -> str:
    """The status with which the WSGI application itself answers."""
    statuses: list[str] = []
    request = RequestFactory().generic("POST", "/api/book/new", b'{"title": "Emma"}', content_type="application/json")

    def start(status: str, headers: Any, exc_info: Any = None, /) -> Any:
        statuses.append(status)

    b"".join(application(request.environ | environ, start))
    return statuses[0]


@pytest.mark.usefixtures("in_one_transaction")
@pytest.mark.parametrize("charset", ["rot13", "zip", "base64", "idna", "undefined"])
def test_no_charset_that_is_none_of_text_is_a_server_error(charset: str, token: str) -> None:
    content_type = f"application/json; charset={charset}"

    request = {"CONTENT_TYPE": content_type, "HTTP_AUTHORIZATION": f"Token {token}", "QUERY_STRING": "q=a"}
    assert served(**request).startswith(("201", "400"))
