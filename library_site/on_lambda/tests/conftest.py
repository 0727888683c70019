"""Fixtures of what Lambda's invocations leave behind, and of what they must leave alone."""

import pytest

from library_site.on_lambda import invocation, messages
from tests.conftest import in_one_transaction

__all__ = ["in_one_transaction"]


@pytest.fixture(autouse=True)
def a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before the first invocation."""
    monkeypatch.setattr(invocation, "_firsts", iter([True]))


@pytest.fixture
def open_connections(monkeypatch: pytest.MonkeyPatch, in_one_transaction: None) -> None:
    """Requests and invocations leave alone the connection that holds the test's transaction (as a test client does)."""
    for module in (invocation, messages):
        monkeypatch.setattr(module, "close_old_connections", lambda: None)
