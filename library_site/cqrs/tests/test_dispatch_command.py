import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command, load_command_class
from django.core.management.base import CommandError

from catalog.models import Book
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, report_missing

pytestmark = pytest.mark.django_db


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


def test_a_list_leads_on_by_cursors_where_rest_has_links():
    for title in ("Dune", "Emma"):
        report_missing(add_book(title))
    first = answer("GetMissingBooks", "page_size=1")
    second = answer("GetMissingBooks", "page_size=1", f"cursor={first['next']}")
    assert [row["title"] for page in (first, second) for row in page["results"]] == ["Dune", "Emma"]
    assert (first["previous"], second["next"]) == (None, None)


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
