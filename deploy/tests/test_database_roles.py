"""The database roles of the packaged functions: what the writer may, what the reader may not."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.tests.library import Client, Deployed, Library, asking, deployed
from deploy.tests.runtime import MAINTAINS, Function
from tests import postgres
from tests.arranger import PERSON


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
