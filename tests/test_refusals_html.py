"""The same refusals as pages: 422, in words beside the field that they are about, and the focus on it."""

import re
from base64 import b64decode
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from circulation.models import Closure
from library_site.cqrs import NotFound
from library_site.cqrs.dispatcher import permission_needed
from library_site.cqrs.models import JournalEntry
from tests.arranger import Arguments, operation
from tests.declared import Declared, Refused, each_operation, each_refusal

pytestmark = pytest.mark.django_db


def send(desk: Client, declared: Declared, arguments: Arguments) -> Any:
    """What a browser sends for these arguments."""
    page = reverse(declared.operation.slug)
    if declared.operation.is_query:
        return desk.get(page, arguments)
    if "content" in arguments:
        file = SimpleUploadedFile("list.csv", b64decode(arguments["content"]))
        arguments = {name: value for name, value in arguments.items() if name != "content"} | {"file": file}
    renamed = {"author_id": "author", "author_name": "author_q"}
    form = {renamed.get(field, field): value for field, value in arguments.items()}
    return desk.post(page, form | {"page_key": str(uuid4())})


# (No page sends a file that is not in base64.)
@each_refusal(lambda operation, case: not operation.is_query and "base64" not in case.words, one_of_a_kind=True)
@pytest.mark.usefixtures("supervisor")
def test_a_refused_command_says_why_beside_its_field_with_the_focus_on_it(
    desk: Client, declared: Declared, case: Refused
) -> None:
    arguments = case.arguments()
    done = JournalEntry.objects.filter(outcome="CARRIED_OUT").count()

    response = send(desk, declared, arguments)

    page = response.content.decode()
    assert response.status_code == 422
    # An id that is none of ours can't be chosen: the form says so before the library is asked. (Reservations may have
    # ended since they were listed, closures been cancelled; imports are not looked up by letters.)
    unchosen = case.kind is NotFound and not {"reservation_id", "closure_id", "import_id"} & arguments.keys()
    assert escape("Nothing matches" if unchosen else case.words) in page
    (focused,) = re.findall(r"<(?:input|select)[^>]*\sautofocus[^>]*>", page)
    assert 'aria-invalid="true"' in focused
    group = re.search(r'<fieldset aria-describedby="[^"]+">(?:(?!</?fieldset).)*' + re.escape(focused), page, re.DOTALL)
    described = re.search(r'aria-describedby="([^"]+)"', group[0] if group else focused)
    assert described
    assert all(f'id="{each}"' in page for each in described[1].split())
    assert JournalEntry.objects.filter(outcome="CARRIED_OUT").count() == done


@each_refusal(lambda operation, case: case.remedy, one_of_a_kind=True)
@pytest.mark.usefixtures("supervisor")
def test_beside_a_refusal_is_the_way_to_its_remedy(desk: Client, declared: Declared, case: Refused) -> None:
    """A box to tick, where the refusal may be overridden; else a link to the page of what helps, filled in."""
    arguments = case.arguments()

    page = send(desk, declared, arguments).content.decode()

    if case.kind in declared.operation.overridable:
        assert re.search(f'<input[^>]*type="checkbox"[^>]*name="override"[^>]*value="{case.kind.code}"', page)
    else:
        (link,) = re.findall(r'<p class="remedies"><a href="([^"]*)">', page)
        assert link.startswith(reverse(operation(str(case.remedy)).slug))
        about = arguments.get("book_id") or arguments.get("user_id")
        assert str(about or Closure.objects.get(last__gte=arguments["first"]).pk) in link
        assert desk.get(unescape(link)).status_code == 200


@each_refusal(lambda operation, case: operation.is_query, one_of_a_kind=True)
def test_a_refused_query_says_why(desk: Client, declared: Declared, case: Refused) -> None:
    response = send(desk, declared, case.arguments())

    assert response.status_code == 422
    assert case.words in response.content.decode()


@each_operation(one_in=4)
def test_who_lacks_the_permission_gets_a_page_that_says_so(client: Client, declared: Declared) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    response = send(client, declared, declared.arguments())
    assert response.status_code == 403
    assert permission_needed(declared.operation) in unescape(response.text)


@each_operation()
@pytest.mark.usefixtures("supervisor")
def test_a_good_request_is_carried_out(desk: Client, declared: Declared) -> None:
    response = send(desk, declared, declared.arguments())

    assert response.status_code == (200 if declared.operation.is_query else 302)
