"""Every page is led to by the desk, and its form covers its message exactly."""

from dataclasses import fields
from typing import Any

import pytest
from django.urls import reverse

from library_site.cqrs.messages import Overriding
from library_site.cqrs.operations import RegisteredOperation, all_operations
from library_site.navigation import all_tasks
from tests.doors import operations_with, page, pages
from tests.library import context

PAGES = pages()

OF_PROGRAMS = {"source_record"}
"""Fields that nobody types."""


@pytest.mark.parametrize("operation", operations_with(page), ids=lambda operation: operation.name)
def test_the_page_of_an_operation_is_about_its_message(operation: RegisteredOperation) -> None:
    assert page(operation).form_class.message is operation.message
    assert reverse(operation.slug).startswith("/")


@pytest.mark.parametrize("view", PAGES.values(), ids=lambda view: view.__name__)
def test_a_form_covers_its_message_exactly(view: Any) -> None:
    form = view.form_class(context=context())
    assert form.message_fields() == {field.name for field in fields(form.message)} - OF_PROGRAMS


def test_no_page_is_without_an_operation() -> None:
    assert set(PAGES) <= {operation.slug for operation in all_operations()}


def test_the_desk_leads_to_every_page() -> None:
    """It begins with the search for books."""
    tasks = [task.slug for tasks in all_tasks().values() for task in tasks]
    assert len(tasks) == len(set(tasks))
    assert {*tasks, "search_books"} == set(PAGES)


def test_what_overrides_a_refusal_is_asked_for_by_every_form_of_what_can_be_overridden() -> None:
    overriding = {name for name, view in PAGES.items() if issubclass(view.form_class.message, Overriding)}
    assert overriding == {operation.slug for operation in all_operations() if operation.overridable}
    for name in overriding:
        form = PAGES[name].form_class(context=context())
        assert {"override", "override_reason"} <= form.message_fields()
        assert {"override", "override_reason"}.isdisjoint(field.name for field in form.visible_fields())
