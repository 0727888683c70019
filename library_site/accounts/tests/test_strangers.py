"""Whoever is not signed in is served so often; a good token, a device that is known and the health check always."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from library_site.rest import throttles
from library_site.rest.throttles import Throttle

pytestmark = pytest.mark.django_db

STRANGER: dict[str, Any] = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture(autouse=True)
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger is served three times a minute, and time stands still."""
    settings.MOST_IN_A_MINUTE = dict.fromkeys(settings.MOST_IN_A_MINUTE, 3)
    for name in settings.MOST_IN_A_MINUTE:
        monkeypatch.setattr(getattr(throttles, name), "until", Throttle(name).until)
    monkeypatch.setattr(throttles, "monotonic", lambda: 1_000.0)


def statuses(path: str, client: Client, times: int = 4, **how: Any) -> list[int]:
    return [client.get(path, **how).status_code for _ in range(times)]


@pytest.mark.parametrize("path", ["/login", "/admin/login/", "/api/schema", "/api/docs", "/healthz"])
def test_a_stranger_is_served_so_often(client: Client, path: str) -> None:
    assert statuses(path, client, **STRANGER) == [200, 200, 200, 429]

    refused = client.get(path, headers={"X-Forwarded-For": "203.0.113.9"}, **STRANGER)
    assert refused["Retry-After"] == "20"
    if path.startswith(("/api", "/healthz")):
        assert refused["Content-Type"] == "application/problem+json"
        assert (refused.json()["code"], refused.json()["status"]) == ("too_many_requests", 429)
    else:
        assert "Try again in a minute." in refused.text
    assert client.get(path, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_at_the_same_address_staff_balancers_and_devices_are_served(
    client: Client, librarian: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    browser.post("/login", {"username": "librarian", "password": "correct horse"}, **STRANGER)
    statuses("/login", client, **STRANGER)

    assert statuses("/tasks", browser, **STRANGER) == [200] * 4
    assert client.get("/healthz", **STRANGER).status_code == 200
    browser.post("/logout", **STRANGER)
    monkeypatch.setattr(throttles, "monotonic", lambda: 1_060.0)
    statuses("/login", client, **STRANGER)
    assert statuses("/login", browser, **STRANGER) == [200, 200, 200, 429]


def test_wrong_tokens_are_told_to_wait_and_good_ones_never(client: Client, token: str) -> None:
    wrong: dict[str, Any] = STRANGER | {"headers": {"Authorization": f"Token {token[:-1]}0"}}
    good: dict[str, Any] = STRANGER | {"headers": {"Authorization": f"Token {token}"}}

    assert statuses("/api/book/missing", client, **wrong) == [401, 401, 401, 429]
    refused = client.get("/api/book/missing", **wrong)
    assert refused["Content-Type"] == "application/problem+json"
    assert (refused.json()["code"], refused["Retry-After"]) == ("too_many_requests", "20")
    assert statuses("/api/book/missing", client, **good) == [200] * 4


def test_a_throttle_remembers_so_many_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "MOST_CLIENTS", 2)
    throttle = Throttle("strangers")
    for client in "aaaabc":
        throttle.wait_of(client)

    assert list(throttle.until) == ["b", "c"]
    assert throttle.wait_of("a") == 0


def test_who_sets_no_bound_has_none(client: Client, settings: Any) -> None:
    settings.MOST_IN_A_MINUTE = dict.fromkeys(settings.MOST_IN_A_MINUTE, 0)

    assert statuses("/login", client, **STRANGER) == [200] * 4
