"""What says a thing twice says nothing for certain: by REST, in an event, in the shell."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from catalog.models import Book
from library_site.on_lambda import messages
from library_site.on_lambda.tests.events import LambdaContext, queue
from tests.library import add_book
from tests.test_contract import assert_problem, fields_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ('{"title": "a", "title": "b", "author": {"name": "A"}}', "title"),
        ('{"title": "a", "author": {"name": "A", "name": "A"}}', "name"),
        ('{"title": "a", "title": null, "\\ud800": 1, "\\ud800": 2}', "title"),
        ('{"\\ud800": 1, "\\ud800": 2}', "?"),
        (f'{{"{"x" * 900}": 1, "{"x" * 900}": 2}}', "x" * 100),
        ("{" + ", ".join(f'"{number % 50_000}": 1' for number in range(50_001)) + "}", "0"),
    ],
)
@pytest.mark.parametrize("path", ["/api/book/new", "/api/book"])
def test_rest_refuses_a_key_that_is_there_twice(api: APIClient, path: str, body: str, key: str) -> None:
    problem = assert_problem(api.post(path, body, content_type="application/json"), 400, "invalid")

    assert fields_of(problem) == {(key, "duplicate")}
    assert f"“{key}” is given more than once." in problem["detail"]


@pytest.mark.django_db(transaction=True)
def test_so_do_events_and_the_shell(caplog: pytest.LogCaptureFixture) -> None:
    body = '{"operation": "AddNewBook", "arguments": {"title": "a", "title": "b", "author_name": "A"}}'
    err: Any = StringIO()

    refused = messages.from_queue(queue(body), LambdaContext())
    with pytest.raises(SystemExit, match="1"):
        call_command("dispatch", "AddNewBook", "title=a", "title=b", "author_name=A", stderr=err)

    assert refused == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert "Queued message message-1 was refused: invalid" in caplog.text
    assert "“title” is given more than once." in err.getvalue()
    assert not Book.objects.exists()


def test_what_is_there_once_is_read_as_it_was(api: APIClient) -> None:
    book_id = add_book("Emma")

    assert (
        api.patch(f"/api/book/{book_id}", '{"title": "Persuasion"}', content_type="application/json").status_code == 200
    )
    assert Book.objects.get().title == "Persuasion"
