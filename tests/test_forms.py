"""Every operation has a page, to which the desk leads, and whose form covers its message exactly."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from library_site.cqrs.messages import Overriding
from library_site.cqrs.operations import RegisteredOperation, all_operations
from library_site.html.views import MessageView
from library_site.navigation import all_tasks
from tests.library import context


def leaves(patterns: list[Any]) -> Iterator[Any]:
    for pattern in patterns:
        yield from leaves(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]


PAGES: dict[str, Any] = {
    pattern.name: pattern.callback.view_class
    for pattern in leaves(get_resolver().url_patterns)
    if issubclass(getattr(getattr(pattern, "callback", None), "view_class", object), MessageView)
}


@pytest.mark.parametrize("operation", all_operations(), ids=lambda operation: operation.name)
def test_every_operation_has_a_page(operation: RegisteredOperation) -> None:
    assert PAGES[operation.slug].form_class.message is operation.message
    assert reverse(operation.slug).startswith("/")


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.__name__)
def test_a_form_covers_its_message_exactly(page: Any) -> None:
    form = page.form_class(context=context())
    assert form.message_fields() == {field.name for field in fields(form.message)}


def test_no_page_is_without_an_operation() -> None:
    assert set(PAGES) == {operation.slug for operation in all_operations()}


def test_the_desk_leads_to_every_page() -> None:
    """It begins with the search for books."""
    tasks = [task.slug for tasks in all_tasks().values() for task in tasks]
    assert len(tasks) == len(set(tasks))
    assert {*tasks, "search_books"} == set(PAGES)


def test_what_overrides_a_refusal_is_asked_for_by_every_form_of_what_can_be_overridden() -> None:
    overriding = {name for name, page in PAGES.items() if issubclass(page.form_class.message, Overriding)}
    assert overriding == {operation.slug for operation in all_operations() if operation.overridable}
    for name in overriding:
        form = PAGES[name].form_class(context=context())
        assert {"override", "override_reason"} <= form.message_fields()
        assert {"override", "override_reason"}.isdisjoint(field.name for field in form.visible_fields())
