"""The packaged functions on recorded events: each in a process of its own, all on one PostgreSQL database."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

import library_site.urls  # noqa: F401 - all operations
from deploy.tests.events import FOLDER, HTTP_KINDS, Request, bus_event, http_answer, http_event, queue_event, recorded
from deploy.tests.library import (
    MAIL,
    PASSWORD,
    PERSON,
    STAFF,
    Arranger,
    Client,
    Library,
    Page,
    deployed,
    new_person,
    unique,
)
from deploy.tests.runtime import PROBE, Function, FunctionError
from library_site.cqrs.operations import all_operations
from library_site.on_lambda import maintenance

JSON = {"Content-Type": "application/json"}
BASES = ("", "/production", "/library/desk")
KINDS = pytest.mark.parametrize("kind", HTTP_KINDS)
# Where the desk may live. (A balancer without multi-value headers can set one cookie an answer: no place for a desk.)
PLACES = pytest.mark.parametrize(
    ("kind", "base", "hands_base_on"),
    [(kind, "", True) for kind in HTTP_KINDS if kind != "balancer"]
    + [(kind, base, on) for kind in ("rest_api", "http_api") for base in BASES[1:] for on in (True, False)],
)


@pytest.fixture(scope="module")
def library(unpacked: Path, database_server: str) -> Iterator[Library]:
    """The library of all tests here."""
    with deployed(unpacked, database_server) as library:
        yield library


@pytest.fixture(scope="module")
def at(library: Library) -> dict[str, Function]:
    """A function that serves everything, for each base path."""
    return {base: library.function(BASE_PATH=base) for base in BASES}


@pytest.fixture(scope="module")
def function(at: dict[str, Function]) -> Function:
    return at[""]


@pytest.fixture(scope="module")
def arrange(function: Function) -> Arranger:
    return Arranger(function)


@pytest.fixture
def rest(library: Library, function: Function) -> Callable[..., Client]:
    """A client with a token, of a kind of gateway."""

    def make(kind: str = "http_api", of: Function = function, **kwargs: Any) -> Client:
        return Client(of, kind, headers={"Authorization": f"Token {library.token}"}, **kwargs)

    return make


# Every operation, through every kind of event


class Asked(NamedTuple):
    """An operation asked for: the arguments of its message, and the request that asks REST for the same."""

    arguments: dict[str, Any]
    method: str
    url: str
    document: Any = None
    status: int = 200


Case = Callable[[Arranger], Asked]
CASES: dict[str, Case] = {}


def case(prepare: Case) -> Case:
    """The way to ask for the operation whose slug is the function's name."""
    CASES["".join(word.title() for word in prepare.__name__.split("_"))] = prepare
    return prepare


@case
def add_new_book(arrange: Arranger) -> Asked:
    title, author = unique("Persuasion"), unique("Jane")
    arguments = {"title": title, "author_name": author}
    return Asked(arguments, "POST", "/api/book/new", {"title": title, "author": {"name": author}}, 201)


@case
def borrow_book(arrange: Arranger) -> Asked:
    book, person = arrange.book(), arrange.person()
    arguments = {"book_id": book, "user_id": person}
    return Asked(arguments, "POST", f"/api/book/{book}/borrow", {"user_id": person})


@case
def return_book(arrange: Arranger) -> Asked:
    book, _ = arrange.loan()
    return Asked({"book_id": book}, "POST", f"/api/book/{book}/return")


@case
def report_missing_book(arrange: Arranger) -> Asked:
    book = arrange.book()
    return Asked({"book_id": book}, "POST", f"/api/book/{book}/missing")


@case
def report_found_book(arrange: Arranger) -> Asked:
    book = arrange.missing_book()
    return Asked({"book_id": book}, "POST", f"/api/book/{book}/found")


@case
def register_user(arrange: Arranger) -> Asked:
    person = new_person()
    return Asked(person, "POST", "/api/user/register", person, 201)


@case
def verify_user(arrange: Arranger) -> Asked:
    person = arrange.person()
    return Asked({"user_id": person}, "POST", f"/api/user/{person}/verify")


@case
def get_books_by_author(arrange: Arranger) -> Asked:
    author = arrange("AddNewBook", title=unique("Emma"), author_name=unique("Jane"))["author_id"]
    return Asked({"author_id": author}, "GET", f"/api/book/by-author/{author}")


@case
def get_borrowed_books_by_user(arrange: Arranger) -> Asked:
    _, person = arrange.loan()
    return Asked({"user_id": person}, "GET", f"/api/book/by-user/{person}")


@case
def get_missing_books(arrange: Arranger) -> Asked:
    arrange.missing_book()
    return Asked({"page_size": 2}, "GET", "/api/book/missing?page_size=2")


@case
def search_books(arrange: Arranger) -> Asked:
    title = unique("Wörter")
    arrange("AddNewBook", title=title, author_name=unique("Jane"))
    return Asked({"q": title}, "GET", f"/api/book/search?q={title.replace('ö', '%C3%B6')}")


@case
def search_authors(arrange: Arranger) -> Asked:
    arrange.book(author=f"{unique('Jane')} Fairfax")
    return Asked({"q": "jane fairf", "page_size": 1}, "GET", "/api/author/search?q=jane+fairf&page_size=1")


@case
def search_users(arrange: Arranger) -> Asked:
    arrange.person()
    return Asked({"q": PERSON, "page_size": 3}, "GET", f"/api/user/search?q={PERSON}&page_size=3")


IS_QUERY = {operation.name: operation.is_query for operation in all_operations()}
OPERATIONS = pytest.mark.parametrize("operation", CASES)
COMMANDS = pytest.mark.parametrize("operation", [name for name in CASES if not IS_QUERY.get(name)])
QUERIES = pytest.mark.parametrize("operation", [name for name in CASES if IS_QUERY.get(name)])


def test_every_operation_has_a_case() -> None:
    assert set(CASES) == set(IS_QUERY)


def shape(answer: Any, arguments: dict[str, Any]) -> Any:
    """A command's answer, with the names of arguments in the place of their ids."""
    ids = {value: name for name, value in arguments.items()}
    return {name: ids.get(value, "a new id") if is_id(value) else value for name, value in answer.items()}


def is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value))


def times_done(library: Library, key: str) -> int:
    """How many entries of the journal say that the command with this key was carried out."""
    query = "SELECT count(*) FROM cqrs_journalentry WHERE idempotency_key = %s AND outcome = 'CARRIED_OUT'"
    return int(library.value(query, key))


@KINDS
@COMMANDS
def test_a_command_by_rest_is_done_once_for_its_key(library, arrange, rest, kind, operation) -> None:
    asked, key, client = CASES[operation](arrange), str(uuid4()), rest(kind)

    answers = [client.post(asked.url, asked.document or {}, headers={"Idempotency-Key": key}) for _ in range(2)]

    assert [answer.status for answer in answers] == [asked.status, asked.status], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true"]
    assert times_done(library, key) == 1
    same = CASES[operation](arrange)
    invoked = arrange(operation, **same.arguments)
    assert shape(answers[0].json(), asked.arguments) == shape(invoked, same.arguments)


@KINDS
@QUERIES
def test_a_query_by_rest_has_the_answer_of_a_direct_invocation(arrange, rest, kind, operation) -> None:
    asked = CASES[operation](arrange)

    answer = rest(kind).get(asked.url)
    invoked = arrange(operation, **asked.arguments)

    assert (answer.status, answer.json()["results"]) == (200, invoked["results"])
    assert answer.json()["results"]
    assert (answer.json()["next"] is None) == (invoked["next"] is None)


@COMMANDS
def test_a_direct_invocation_that_lambda_retries_is_done_once(library, arrange, function, operation) -> None:
    event = {"operation": operation, "arguments": CASES[operation](arrange).arguments}
    request_id = str(uuid4())

    first, second = (function.invoke(event, request_id=request_id) for _ in range(2))

    assert first == second
    assert times_done(library, request_id) == 1


def test_a_key_of_its_own_comes_before_the_id_of_the_message(library, arrange, function) -> None:
    event = recorded("direct") | {"arguments": borrow_book(arrange).arguments, "idempotency_key": str(uuid4())}

    assert function.invoke(event) == function.invoke(event)
    assert times_done(library, event["idempotency_key"]) == 1


@COMMANDS
def test_a_queued_message_that_comes_twice_is_done_once(library, arrange, function, operation) -> None:
    ids = str(uuid4()), str(uuid4())
    bodies = [json.dumps({"operation": operation, "arguments": CASES[operation](arrange).arguments}) for _ in ids]
    event = queue_event(*bodies, ids=ids)

    assert [function.invoke(event), function.invoke(event)] == [{"batchItemFailures": []}] * 2
    assert [times_done(library, id) for id in ids] == [1, 1]


@pytest.mark.parametrize("kind", ["bus", "schedule"])
@COMMANDS
def test_an_event_of_the_bus_that_comes_twice_is_done_once(library, arrange, function, operation, kind) -> None:
    id = str(uuid4())
    detail = {"operation": operation, "arguments": CASES[operation](arrange).arguments}
    event = bus_event(detail, id=id, kind=kind)

    assert [function.invoke(event), function.invoke(event)] == [None, None]
    assert times_done(library, id) == 1


def test_the_recorded_messages_are_served(library, function) -> None:
    assert function.invoke(recorded("queue")) == {"batchItemFailures": []}
    assert function.invoke(recorded("schedule")) is None
    with pytest.raises(FunctionError, match="The library has no book with this id"):
        function.invoke(recorded("bus"))


@KINDS
def test_the_recorded_requests_are_served(function, kind) -> None:
    answer = http_answer(function.invoke(recorded(kind)))

    assert (answer.status, answer.json()) == (200, {"status": "ok"})


def test_a_refusal_is_the_problem_that_rest_answers_with(arrange, function, rest) -> None:
    book, _ = arrange.loan()
    person = arrange.person()

    answer = rest().post(f"/api/book/{book}/borrow", {"user_id": person})
    with pytest.raises(FunctionError) as refused:
        arrange("BorrowBook", book_id=book, user_id=person)

    assert (answer.status, answer.json()["code"]) == (409, "book_not_available")
    assert refused.value.kind == "Refused"
    assert json.loads(refused.value.message) == wordless(answer.json())


def wordless(problem: dict[str, Any]) -> dict[str, Any]:
    """A conflict without its words, which Lambda would log and which name people."""
    codes = [{"code": each["code"]} for each in problem["problems"]]
    return {name: value for name, value in problem.items() if name != "detail"} | {"problems": codes}


@pytest.mark.parametrize(
    "request_",
    [
        {"operation": "NoSuchOperation"},
        {"operation": "RegisterUser"},
        {"operation": "RegisterUser", "arguments": []},
        {"operation": "RegisterUser", "arguments": {"name": "x", "email": "x@x.org"}, "as": "root"},
        {"operation": "RegisterUser", "arguments": {"name": "x", "email": "x@x.org", "status": "VERIFIED"}},
        {"operation": "RegisterUser", "arguments": {"name": "x", "email": "x@x.org"}, "idempotency_key": ""},
        {"operation": ["RegisterUser"], "arguments": {"name": "x", "email": "x@x.org"}},
        {"operation": None},
    ],
)
def test_a_direct_invocation_that_makes_no_sense_is_refused(library, function, request_) -> None:
    before = journal(library)
    with pytest.raises(FunctionError) as refused:
        function.invoke(request_)

    assert refused.value.kind == "Refused"
    assert json.loads(refused.value.message)["status"] in {400, 404}
    assert journal(library) == before


def journal(library: Library) -> tuple[int, int]:
    """What has been carried out, and who is registered."""
    done = "SELECT count(*) FROM cqrs_journalentry WHERE outcome = 'CARRIED_OUT'"
    return library.value(done), library.value("SELECT count(*) FROM circulation_libraryuser")


def test_of_a_batch_only_what_was_not_carried_out_goes_back(library, arrange, function) -> None:
    book, _ = arrange.loan()
    person = new_person()
    bodies = {
        "good": json.dumps({"operation": "RegisterUser", "arguments": person}),
        "malformed": "{",
        "empty": "",
        "no document": '"RegisterUser"',
        "refused": json.dumps({"operation": "BorrowBook", "arguments": {"book_id": book, "user_id": arrange.person()}}),
        "unknown": json.dumps({"operation": "BurnBook", "arguments": {}}),
        "a stranger's": json.dumps({"Type": "Notification", "Message": "{}"}),
        "good too": json.dumps({"operation": "ReturnBook", "arguments": {"book_id": book}}),
    }
    ids = {name: str(uuid4()) for name in bodies}

    answer = function.invoke(queue_event(*bodies.values(), ids=tuple(ids.values())))

    failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
    assert {name for name, id in ids.items() if id not in failed} == {"good", "good too"}
    assert len(answer["batchItemFailures"]) == len(bodies) - 2
    assert {name: times_done(library, id) for name, id in ids.items() if id not in failed} == {"good": 1, "good too": 1}


REFUSED = sorted(path.stem for path in (FOLDER / "refused").iterdir())


@pytest.mark.parametrize("name", REFUSED)
def test_an_event_that_is_none_of_ours_is_refused_loudly(library, function, name) -> None:
    before = journal(library)

    with pytest.raises(FunctionError) as refused:
        function.invoke(recorded(f"refused/{name}"))

    assert refused.value.kind == "UnknownEvent"
    assert journal(library) == before


# What a function serves


@pytest.fixture(scope="module")
def narrow(library: Library) -> dict[str, Function]:
    """Functions that serve a part of the operations."""
    return {words: library.function(LIBRARY_OPERATIONS=words) for words in ("queries", "BorrowBook")}


@OPERATIONS
@pytest.mark.parametrize("words", ["queries", "BorrowBook"])
def test_what_a_function_does_not_serve_is_not_there(arrange, rest, narrow, words, operation) -> None:
    asked, client = CASES[operation](arrange), rest(of=narrow[words])
    is_served = operation == words or (words == "queries" and IS_QUERY[operation])

    answer = client.send(asked.method, asked.url, body=json.dumps(asked.document or {}).encode(), headers=JSON)

    assert answer.status == (asked.status if is_served else 404), answer.text
    if not is_served:
        assert answer.json()["code"] == "not_found"
        with pytest.raises(FunctionError) as refused:
            narrow[words].invoke({"operation": operation, "arguments": asked.arguments})
        assert (refused.value.kind, json.loads(refused.value.message)["code"]) == ("Refused", "not_found")
        event = queue_event(json.dumps({"operation": operation, "arguments": asked.arguments}), ids=("an-id",))
        assert narrow[words].invoke(event) == {"batchItemFailures": [{"itemIdentifier": "an-id"}]}


@pytest.mark.parametrize("words", ["queries", "BorrowBook"])
def test_a_function_for_some_operations_has_no_desk_no_admin_and_no_crud(rest, narrow, words) -> None:
    client = rest(of=narrow[words])

    assert client.get("/healthz").status == 200
    for url in ("/", "/login", "/admin/", "/admin/login/", "/borrow-book", "/api/author", "/api/schema", "/api/docs"):
        assert client.get(url).status == 404, url


# The desk, the admin and the documentation, wherever they live


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
    before, fields = journal(library), Page(desk.get(f"{base}/register-user").text).fields | new_person()

    without_token = desk.submit(f"{base}/register-user", fields | {"csrfmiddlewaretoken": ""})
    from_elsewhere = desk.submit(f"{base}/register-user", fields, headers={"Origin": "https://evil.example"})
    without_https = desk.submit(f"{base}/register-user", fields, headers={"Origin": desk.origin.replace("s:", ":")})

    assert [each.status for each in (without_token, from_elsewhere, without_https)] == [403, 403, 403]
    assert journal(library) == before


@PLACES
def test_every_link_of_the_desk_leads_to_a_page(desk, base) -> None:
    links = Page(desk.get(f"{base}/").text).links

    assert len(links) > 12
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
            assert "Find a book" in answer.text
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


# What a client claims


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


# Maintenance

NOT_MAINTENANCE = [
    {"manage": "flush --no-input"},
    {"manage": "shell -c 'print(1)'"},
    {"manage": "dbshell"},
    {"manage": "runserver"},
    {"manage": "loaddata x"},
    {"manage": "sqlflush"},
    {"manage": "dispatch RegisterUser name=x email=x@x.org"},
    {"manage": "load_demo"},
    {"manage": "import_books /etc/passwd"},
    {"manage": "create_demo_staff"},
    {"manage": "changepassword staff"},
    {"manage": "--version"},
    {"manage": "../migrate"},
    {"manage": ""},
    {"manage": " "},
    {"manage": ["migrate"]},
    {"manage": None},
    {"manage": "migrate", "as": "root"},
    {"raw_command": "print(1)"},
    {"command": "os.getcwd"},
    {"operation": "RegisterUser", "arguments": {"name": "x", "email": "x@x.org"}},
    recorded("http_api"),
    recorded("queue"),
    recorded("bus"),
    *(recorded(f"refused/{name}") for name in REFUSED if name != "manage"),
]


@pytest.mark.parametrize("event", NOT_MAINTENANCE, ids=range(len(NOT_MAINTENANCE)))
def test_maintenance_does_what_is_on_its_list_and_nothing_else(library, event) -> None:
    before = journal(library)
    with pytest.raises(FunctionError) as refused:
        library.maintenance.invoke(event)
    assert refused.value.kind == "NotAllowed"
    assert journal(library) == before


def test_what_is_on_the_list_of_maintenance(library) -> None:
    assert "no issues" in library.manage("check --deploy --fail-level WARNING")
    assert "No migrations to apply" in library.manage("migrate")
    assert "[ ]" not in library.manage("showmigrations")
    assert library.manage("clearsessions") == ""
    assert {"createsuperuser", "create_api_token", "create_database_roles"} <= maintenance.COMMANDS


@pytest.mark.parametrize("command", ["migrate --help", "migrate --no-such-option", "migrate nowhere", "check x", "'"])
def test_a_command_that_fails_does_so_loudly_and_does_not_end_the_process(library, command) -> None:
    library.manage("clearsessions")
    pid = library.maintenance.pid

    with pytest.raises(FunctionError):
        library.manage(command)

    assert library.maintenance.pid == pid


# What a process is made of


def test_a_function_imports_nothing_but_what_is_packaged(library, arrange, unpacked) -> None:
    probe = library.function(handler=PROBE)
    client = Client(probe, headers={"Authorization": f"Token {library.token}"})
    for url in ("/login", "/api/docs", "/api/schema", "/api/author", "/healthz", "/admin/login/"):
        assert client.get(url).status == 200
    for prepare in CASES.values():
        asked = prepare(arrange)
        body = json.dumps(asked.document or {}).encode()
        assert client.send(asked.method, asked.url, body=body, headers=JSON).status == asked.status

    found = probe.invoke({"probe": "imports"})

    top = {name.partition(".")[0] for name in found["files"]}
    assert top.isdisjoint({"zappa", "boto3", "botocore", "moto", "tests", "deploy", "pytest", "werkzeug", "gunicorn"})
    assert [path for path in found["path"] if path.startswith(sys.prefix) or not path.startswith("/")] == []
    runtime = {"__main__", "awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py", "probe"}
    third_parties = {name: file for name, file in found["files"].items() if file and "/lib/python3.11/" not in file}
    strangers = {name for name, file in third_parties.items() if not file.startswith(f"{unpacked}/")}
    assert {name.partition(".")[0] for name in strangers} <= runtime
    assert "site-packages" not in json.dumps([file for name, file in found["files"].items() if name not in strangers])


# Logs


def said_of(function: Function, request_id: str) -> list[dict[str, Any]]:
    """The records of the operations of one invocation."""
    return [each for each in function.logs if each.get("request_id") == request_id and "operation" in each]


@OPERATIONS
def test_each_operation_has_one_record_and_one_metric(arrange, function, operation) -> None:
    request_id, asked = str(uuid4()), CASES[operation](arrange)
    outcome = "ANSWERED" if IS_QUERY[operation] else "CARRIED_OUT"
    before = len(function.logs)

    function.invoke({"operation": operation, "arguments": asked.arguments}, request_id=request_id)

    (record,) = said_of(function, request_id)
    expected = {"operation": operation, "actor": "system:lambda", "source": "lambda", "outcome": outcome, "code": ""}
    assert record.items() >= (expected | {"function": "library-production", "level": "INFO"}).items()
    assert record["duration_ms"] > 0
    (metric,) = (each for each in function.logs[before:] if "_aws" in each)
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Library"
    assert (metric["operation"], metric["outcome"], metric["Duration"]) == (operation, outcome, [record["duration_ms"]])


def test_a_record_says_who_and_what_of_rest_of_a_refusal_and_of_each_message(library, arrange, function, rest) -> None:
    book, _ = arrange.loan()
    person, before = arrange.person(), len(function.logs)
    rest().post(f"/api/book/{book}/borrow", {"user_id": person})
    (record,) = [each for each in function.logs[before:] if "actor" in each]
    user = library.value("SELECT id FROM auth_user")
    expected = {"actor": f"user:{user}", "source": "rest", "outcome": "REFUSED", "code": "book_not_available"}
    assert record.items() >= expected.items()
    assert is_id(record["request_id"])

    bodies = [json.dumps({"operation": "GetMissingBooks"}), json.dumps({"operation": "ReturnBook"}), "{"]
    request_id = str(uuid4())
    function.invoke(queue_event(*bodies, ids=("1", "2", "3")), request_id=request_id)
    assert [each["operation"] for each in said_of(function, request_id)] == ["GetMissingBooks"]


def test_the_start_of_a_process_is_told_once(library) -> None:
    function = library.function("library-cold")
    for _ in range(2):
        function.invoke(recorded("schedule"))
        function.invoke(recorded("http_api"))
    function.stop()
    function.invoke(recorded("schedule"))

    starts = [each for each in function.logs if "ColdStart" in each]
    assert function.logs[0] == starts[0]
    assert [each["function"] for each in starts] == ["library-cold"] * 2
    assert all(0 < milliseconds < 30_000 for each in starts for milliseconds in each["ColdStart"])
    assert [each["cold_start"] for each in function.logs if "operation" in each and "level" in each] == [
        True,
        False,
        True,
    ]


def test_what_is_searched_for_is_not_logged(library, function, rest) -> None:
    """A request that fails is; its query may name somebody (as every log is searched for: see `deployed`)."""
    before = len(function.logs)
    query = f"?q={PERSON}&cursor=junk"
    assert Client(function).get(f"/api/user/search{query}").status == 401
    assert rest().get(f"/api/user/search{query}").status == 400
    assert rest().get(f"/api/nowhere{query}").status == 404
    assert rest().send("PUT", f"/api/user/search{query}").status == 405
    assert [each["status_code"] for each in function.logs[before:] if "status_code" in each] == [401, 400, 404, 405]


RECORD = {"timestamp", "level", "message", "service", "function", "request_id", "cold_start"}
RUNTIME_CLIENT = re.compile(r"\[(ERROR|WARNING)\][\t ]")


def test_every_line_is_a_record_and_every_metric_is_one(library, arrange, function) -> None:
    arrange.loan()
    with pytest.raises(FunctionError):
        function.invoke(recorded("bus"))
    function.invoke(queue_event("{", ids=("x",)))
    Client(function).get("/nowhere")
    lines = [line for each in library.functions for line in each.lines]

    assert [line for line in lines if not line.startswith("{") and not RUNTIME_CLIENT.match(line)] == []
    logs = [each for function in library.functions for each in function.logs]
    records, metrics = ([each for each in logs if ("_aws" in each) == is_metric] for is_metric in (False, True))
    assert records
    assert [each for each in records if not each.keys() >= RECORD] == []
    assert metrics
    for metric in metrics:
        assert_embedded_metrics(metric)


def assert_embedded_metrics(record: dict[str, Any]) -> None:
    """By CloudWatch's specification of the embedded metric format."""
    about = record["_aws"]
    assert about.keys() == {"Timestamp", "CloudWatchMetrics"}
    assert isinstance(about["Timestamp"], int)
    for directive in about["CloudWatchMetrics"]:
        assert directive.keys() == {"Namespace", "Dimensions", "Metrics"}
        for dimensions in directive["Dimensions"]:
            assert 0 < len(dimensions) <= 30
            assert all(isinstance(record[name], str) and record[name] for name in dimensions)
        for metric in directive["Metrics"]:
            assert metric["Unit"] in {"Milliseconds", "Count"}
            assert {type(value) for value in record[metric["Name"]]} <= {int, float}
            assert 0 < len(record[metric["Name"]]) <= 100
