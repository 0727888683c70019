import json
from dataclasses import MISSING, fields
from io import StringIO
from typing import Any, get_type_hints
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command, load_command_class
from django.core.management.base import CommandError

from catalog.models import Book
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import RegisteredOperation, all_operations, operation_named
from tests.library import add_book, borrow, register, report_missing

pytestmark = pytest.mark.django_db

NOBODY = "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of `manage.py dispatch`."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("dispatch", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as stop:
        status = int(str(stop.code))
    except CommandError as error:
        status = error.returncode
        err.write(str(error))
    return status, out.getvalue(), err.getvalue()


def answer(*arguments: object) -> Any:
    """The JSON answer of what is carried out."""
    status, out, err = run(*arguments)
    assert (status, err) == (0, "")
    return json.loads(out)


def refusal(*arguments: object) -> Any:
    """The JSON problem of what is refused."""
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    return json.loads(err)


def sample(operation: RegisteredOperation) -> list[str]:
    """Arguments that the operation's message understands; nothing in the library has their ids."""
    optional = {"AddNewBook": ["author_name"], "ChangeContact": ["name"], "CorrectBook": ["title"]}
    values = {"author_name": "Frank Herbert", "email": "ann@example.org", "position": 1, "day": "2099-12-25"}
    values["first"] = "20001000000012" if operation.name == "GetCardLabels" else "30001000000010"
    hints = get_type_hints(operation.message)
    names = [field.name for field in fields(operation.message) if field.default is MISSING]
    names += optional.get(operation.name, [])
    return [f"{name}={uuid4() if hints[name] is UUID else values.get(name, 'Dune')}" for name in names]


@pytest.mark.parametrize("name", [operation.name for operation in all_operations()])
def test_every_operation_is_reached(name):
    operation = operation_named(name)
    assert operation
    status, out, err = run(name, *sample(operation))
    body = json.loads(out or err)
    if status == 0:
        assert not err
        assert ("results" in body) is operation.is_query
    else:
        assert (status, body["code"]) == (1, "not_found")
    journalled = JournalEntry.objects.values_list("operation", "actor", "source")
    assert list(journalled) == ([] if operation.is_query else [(name, "system:cli", "cli")])


def test_a_command_answers_as_rest_does(api):
    body = answer("AddNewBook", "title=Solaris", "isbn=0-15-602760-7", "author_name=Stanisław Lem", "only_if_new=true")
    book = Book.objects.get()
    assert body == {
        "book_id": str(book.id),
        "author_id": str(book.author_id),
        "author_added": True,
        "barcode": book.barcode,
        "book_status": "AVAILABLE",
    }
    by_rest = api.post("/api/book/new", {"title": "Eden", "author": {"name": "Stanisław Lem"}}).json()
    assert body.keys() == by_rest.keys()

    user_id = register()
    body = answer("BorrowBook", f"book_id={book.id}", f"user_id={user_id}")
    by_rest = api.post(f"/api/book/{by_rest['book_id']}/borrow", {"user_id": str(user_id)}).json()
    assert body == by_rest | {"book_id": str(book.id)}


def test_a_query_answers_as_rest_does_with_cursors_for_links(api):
    user_id = register()
    add_book("Dune")
    for title in ("こころ", "Emma"):
        borrow(add_book(title), user_id)
    body = answer("GetBorrowedBooksByUser", f"user_id={user_id}")
    assert body == api.get(f"/api/book/by-user/{user_id}").json()
    assert {row["title"] for row in body["results"]} == {"こころ", "Emma"}

    first = answer("GetBorrowedBooksByUser", f"user_id={user_id}", "page_size=1")
    second = answer("GetBorrowedBooksByUser", f"user_id={user_id}", "page_size=1", f"cursor={first['next']}")
    assert first["results"] + second["results"] == body["results"]
    assert (first["previous"], second["next"]) == (None, None)


def test_letters_of_all_scripts_are_printed_as_they_are():
    add_book("こころ", author="夏目漱石")
    _, out, _ = run("SearchBooks", "q=ここ")
    assert "こころ" in out
    assert "夏目漱石" in out


def test_a_refusal_is_the_problem_that_rest_answers(api):
    book_id, user_id = add_book("Emma"), register()
    report_missing(book_id)
    problem = refusal("BorrowBook", f"book_id={book_id}", f"user_id={user_id}")
    assert problem == api.post(f"/api/book/{book_id}/borrow", {"user_id": str(user_id)}).json()
    assert (problem["status"], problem["code"]) == (409, "book_not_available")

    problem = refusal("ReturnBook", f"book_id={NOBODY}")
    assert problem == api.post(f"/api/book/{NOBODY}/return").json()
    assert problem["status"] == 404


def test_bad_input_lists_every_field():
    problem = refusal("BorrowBook", "book_id=1")
    assert (problem["status"], problem["code"]) == (400, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [
        ("book_id", "invalid"),
        ("user_id", "required"),
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["LendBook"], "There is no operation 'LendBook'. There are: AddCopies, AddNewBook, BorrowBook"),
        (["BorrowBook", "book_id"], "'book_id' is not of the form field=value."),
        (["ReturnBook", "isbn=1", "shelf=2"], "ReturnBook has no field isbn, shelf. It has: book_id."),
        (["GetMissingBooks", "--as", "nobody"], "There is no staff account 'nobody'."),
    ],
)
def test_usage_errors_have_exit_status_2(arguments, complaint):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert complaint in err
    assert not JournalEntry.objects.exists()


def test_so_has_a_missing_operation(capsys):
    parser = load_command_class("library_site.cqrs", "dispatch").create_parser("manage.py", "dispatch")
    parser.called_from_command_line = True
    with pytest.raises(SystemExit) as stop:
        parser.parse_args([])
    assert stop.value.code == 2
    assert "OPERATION" in capsys.readouterr().err


def test_an_equals_sign_may_be_part_of_the_value():
    answer("AddNewBook", "title=E=mc²", "author_name=David Bodanis")
    assert Book.objects.get().title == "E=mc²"


def test_as_a_person_it_takes_the_permission(librarian):
    User.objects.create_user("trainee", is_staff=True)
    arguments = ["AddNewBook", "title=Dune", "author_name=Frank Herbert"]
    problem = refusal(*arguments, "--as", "trainee")
    assert (problem["status"], problem["code"]) == (403, "permission_denied")
    assert not Book.objects.exists()

    answer(*arguments, "--as", "librarian")
    entry = JournalEntry.objects.get(outcome="CARRIED_OUT")
    assert (entry.actor, entry.source) == (f"user:{librarian.pk}", "cli")


def test_a_former_librarian_may_do_nothing(librarian):
    User.objects.update(is_active=False)
    assert refusal("GetMissingBooks", "--as", "librarian")["code"] == "permission_denied"


def test_with_a_key_it_is_carried_out_once():
    arguments = ["AddNewBook", "title=Dune", "author_name=Frank Herbert", "--key", "shipment 7, box 1"]
    assert answer(*arguments) == answer(*arguments)
    assert Book.objects.count() == 1
    assert answer(*arguments[:3])["book_id"] != answer(*arguments)["book_id"]


def test_a_key_serves_one_request():
    answer("AddNewBook", "title=Dune", "author_name=Frank Herbert", "--key", "k")
    problem = refusal("AddNewBook", "title=Emma", "author_name=Jane Austen", "--key", "k")
    assert (problem["status"], problem["code"]) == (422, "idempotency_key_reused")
    assert [book.title for book in Book.objects.all()] == ["Dune"]


def test_what_this_deployment_does_not_serve_is_refused(settings):
    settings.LIBRARY_OPERATIONS = ["queries"]
    assert refusal("AddNewBook", "title=Dune", "author_name=Frank Herbert")["code"] == "not_found"
    assert answer("GetMissingBooks") == {"next": None, "previous": None, "results": []}
