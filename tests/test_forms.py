"""Every operation has a page, whose form covers its message exactly."""

from dataclasses import fields
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from library_site.cqrs.operations import Operation, all_operations
from library_site.cqrs.views import MessageView
from tests.library import context

PAGES: dict[str, Any] = {
    pattern.name: pattern.callback.view_class
    for pattern in get_resolver().url_patterns
    for pattern in getattr(pattern, "url_patterns", [pattern])
    if issubclass(getattr(getattr(pattern, "callback", None), "view_class", object), MessageView)
}


@pytest.mark.parametrize("operation", all_operations(), ids=lambda operation: operation.name)
def test_every_operation_has_a_page(operation: Operation) -> None:
    assert PAGES[operation.slug].form_class.message is operation.message
    assert reverse(operation.slug).startswith("/")


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.__name__)
def test_a_form_covers_its_message_exactly(page: Any) -> None:
    form = page.form_class(context=context())
    assert form.message_fields() == {field.name for field in fields(form.message)}


def test_no_page_is_without_an_operation() -> None:
    assert set(PAGES) == {operation.slug for operation in all_operations()}
