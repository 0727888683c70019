"""Fixtures of what Lambda's invocations leave behind, and of what they must leave alone."""

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from library_site.on_lambda import invocation, messages


@pytest.fixture(autouse=True)
def a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before the first invocation."""
    monkeypatch.setattr(invocation, "_firsts", iter([True]))


@pytest.fixture
def open_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests and invocations leave alone the connection that holds the test's transaction (as a test client does)."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    for module in (invocation, messages):
        monkeypatch.setattr(module, "close_old_connections", lambda: None)
    yield
    for signal in signals:
        signal.connect(close_old_connections)
