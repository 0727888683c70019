"""The database roles of the packaged functions: what the writer may, what the reader may not."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from deploy.tests.events import queue_event
from deploy.tests.library import Client, Deployed, Library, Page, asking, deployed, registering
from deploy.tests.runtime import MAINTAINS, Function, FunctionError
from tests import postgres
from tests.arranger import PERSON, new_person

BOUND = 10  # seconds


@pytest.fixture(scope="module")
def library(unpacked: Path) -> Iterator[Library]:
    """On a server of its own: roles belong to the whole of one."""
    with postgres.throwaway_server(postgres.chosen()) as server, deployed(unpacked, server.url) as library:
        yield library


def url_of(library: Library, role: str) -> str:
    url = urlsplit(library.database_url)
    return url._replace(netloc=f"{role}:{role}-password@{url.hostname}:{url.port}").geturl()


@pytest.fixture(scope="module")
def roles(library: Library) -> Library:
    """The library, after its roles were made (twice: the second time changes nothing)."""
    variables = {f"{role.upper()}_DATABASE_URL": url_of(library, role) for role in ("writer", "reader")}
    maintenance = library.function("library-maintenance", MAINTAINS, **variables)
    for _ in range(2):
        assert maintenance.invoke({"manage": "create_database_roles"}) == "writer: writer\nreader: reader\n"
    return library


@pytest.fixture(scope="module")
def writer(roles: Library) -> Function:
    """The function that serves everything, as the writer."""
    return roles.function(DATABASE_URL=url_of(roles, "writer"))


@pytest.fixture(scope="module")
def reader(roles: Library) -> Function:
    """The function that serves the queries, as the reader."""
    return roles.function("library-queries", DATABASE_URL=url_of(roles, "reader"), LIBRARY_OPERATIONS="queries")


QUERIES = ["/api/book/missing", "/api/book/search?q=x", "/api/author/search?q=x", f"/api/user/search?q={PERSON}"]


def test_the_writer_does_all_that_a_library_does(writer) -> None:
    arrange, visitor = Deployed(writer), Client(writer)
    book, person = arrange.loan()
    arrange("ReportMissingBook", book_id=book)
    arrange("ReportFoundBook", book_id=book)
    arrange("VerifyUser", user_id=person)
    assert visitor.sign_in().status == 302
    fields = Page(visitor.get("/register-user").text).fields
    assert visitor.submit("/register-user", fields | new_person()).status == 302
    author = visitor.get("/admin/catalog/author/add/")
    assert (
        visitor.submit("/admin/catalog/author/add/", Page(author.text).fields | {"name": "Mary Shelley"}).status == 302
    )
    assert visitor.submit("/logout", Page(visitor.get("/").text).fields).status == 302


def test_the_reader_answers_queries_for_a_token_and_for_a_session(roles, writer, reader) -> None:
    Deployed(writer).person()
    by_token, by_session, staff = Client(reader, headers=roles.credentials), Client(reader), Client(writer)
    assert staff.sign_in().status == 302
    by_session.cookies = staff.cookies

    for client in (by_token, by_session):
        assert [client.get(url).status for url in QUERIES] == [200] * len(QUERIES)
    assert by_token.get(QUERIES[-1]).json()["results"]
    assert reader.invoke(asking("SearchUsers", q=PERSON))["results"]
    assert Client(reader).get(QUERIES[0]).status == 401


def test_a_query_that_is_refused_needs_no_writing_either(roles, reader) -> None:
    client = Client(reader, headers=roles.credentials)
    assert client.get("/api/book/search").status == 400
    assert client.get("/api/book/search?q=x&cursor=junk").status == 400
    assert Client(reader, headers={"Authorization": "Token junk"}).get(QUERIES[0]).status == 401
    assert Client(reader, headers={"Authorization": "Token " + "a" * 64}).get(QUERIES[0]).status == 401


def test_a_command_smuggled_into_a_reader_fails_in_the_database(roles, reader) -> None:
    smuggled = roles.function("library-smuggled", DATABASE_URL=url_of(roles, "reader"), LIBRARY_OPERATIONS="*")
    client, before = Client(smuggled, headers=roles.credentials), roles.contents()

    answers = [
        client.post("/api/user/register", new_person()),
        client.post("/api/book/new", {"title": "Emma", "author": {"name": "Jane Austen"}}),
        client.post("/api/author", {"name": "Jane Austen"}),
        Client(smuggled).sign_in(),
    ]
    with pytest.raises(FunctionError, match="InternalError: cannot execute UPDATE in a read-only transaction"):
        smuggled.invoke(asking("RegisterUser", **new_person()))
    failed = smuggled.invoke(queue_event(registering(), ids=("a-message",)))

    assert [answer.status for answer in answers] == [500] * 4
    assert failed == {"batchItemFailures": [{"itemIdentifier": "a-message"}]}
    assert len([each for each in smuggled.logs if "ReadOnlySqlTransaction" in each.get("exception", "")]) >= 3
    assert roles.contents() == before


FORBIDDEN_TO_ALL = [
    "CREATE TABLE intruder (id int)",
    "CREATE SCHEMA intruder",
    "CREATE ROLE intruder",
    "DROP TABLE catalog_book",
    "ALTER TABLE catalog_book ADD COLUMN intruder int",
    "TRUNCATE catalog_book CASCADE",
    "CREATE INDEX ON catalog_book (id)",
    "ALTER ROLE writer SUPERUSER",
    "COPY catalog_book TO PROGRAM 'cat'",
    "SET ROLE library",
]
FORBIDDEN_TO_READERS = [
    "INSERT INTO catalog_author (id, name, name_key) VALUES (gen_random_uuid(), 'x', 'x')",
    "UPDATE catalog_book SET title = 'x'",
    "DELETE FROM catalog_book",
    "SELECT nextval('auth_user_id_seq')",
]


@pytest.mark.parametrize("statement", FORBIDDEN_TO_ALL)
@pytest.mark.parametrize("role", ["writer", "reader"])
def test_no_role_of_a_function_changes_the_schema(roles, role, statement) -> None:
    refused_to(roles, role, statement)


@pytest.mark.parametrize("statement", FORBIDDEN_TO_READERS)
def test_the_reader_has_no_right_to_write_even_where_it_says_that_it_may(roles, statement) -> None:
    refused_to(roles, "reader", statement)


def refused_to(library: Library, role: str, statement: str) -> None:
    with psycopg.connect(url_of(library, role), autocommit=True, connect_timeout=BOUND) as connection:
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(InsufficientPrivilege):
            connection.execute(statement.encode())


def test_what_a_later_migration_adds_is_theirs_too(roles) -> None:
    with psycopg.connect(roles.database_url, autocommit=True, connect_timeout=BOUND) as owner:
        owner.execute("CREATE TABLE later (id serial PRIMARY KEY)")
        try:
            with psycopg.connect(url_of(roles, "writer"), autocommit=True, connect_timeout=BOUND) as connection:
                connection.execute("INSERT INTO later DEFAULT VALUES")
            with psycopg.connect(url_of(roles, "reader"), autocommit=True, connect_timeout=BOUND) as connection:
                assert connection.execute("SELECT count(*) FROM later").fetchall() == [(1,)]
                with pytest.raises(ReadOnlySqlTransaction):
                    connection.execute("INSERT INTO later DEFAULT VALUES")
        finally:
            owner.execute("DROP TABLE later")
