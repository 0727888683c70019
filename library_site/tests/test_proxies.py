"""Who asks, and whether by https, behind proxies: what they say is believed of those that are trusted."""

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from library_site.rest.clients import peer_address
from library_site.wsgi import Request

CLIENT, OTHER = "203.0.113.7", "198.51.100.1"


def request(peer: str, **headers: str) -> Request:
    environ = {"REMOTE_ADDR": peer} | {f"HTTP_X_FORWARDED_{name.upper()}": said for name, said in headers.items()}
    setup_testing_defaults(environ)
    return Request(environ)


@pytest.fixture
def trusted(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]


@pytest.mark.parametrize("peer", [CLIENT, "127.0.0.1", "::1", ""])
def test_without_the_setting_headers_say_nothing(peer: str) -> None:
    asked = request(peer, **{"for": OTHER, "proto": "https", "host": "elsewhere.example"})

    assert (peer_address(asked), asked.scheme, asked.get_host()) == (peer, "http", "127.0.0.1")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("peer", [CLIENT, "::1", "192.168.0.1", "", "junk"])
def test_whoever_is_no_proxy_of_ours_is_not_believed(peer: str) -> None:
    asked = request(peer, **{"for": OTHER, "proto": "https"})

    assert (peer_address(asked), asked.scheme) == (peer, "http")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("said", "client"),
    [
        (CLIENT, CLIENT),
        (f"{OTHER}, {CLIENT}", CLIENT),
        (f"{OTHER},{CLIENT}, 10.1.2.3,2001:db8::1", CLIENT),
        (f"{CLIENT}:49152", CLIENT),
        (f"::ffff:{CLIENT}", CLIENT),
        ("[2a00::7]:443, 10.1.2.3", "2a00::7"),
        ("10.1.2.3", "10.1.2.3"),
        (f"{OTHER}, junk", "127.0.0.1"),
        (f"{OTHER}, unknown, 10.1.2.3", "10.1.2.3"),
        (f"{OTHER},", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("," * 100_000, "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_that_is_no_proxy_of_ours(said: str, client: str) -> None:
    assert peer_address(request("127.0.0.1", **{"for": said})) == client
    assert peer_address(request("::ffff:127.0.0.1", **{"for": said})) == client


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("said", "scheme"),
    [("https", "https"), ("https, http", "https"), ("http", "http"), ("gopher", "http"), ("", "http")],
)
def test_a_proxy_says_that_it_was_asked_by_https(said: str, scheme: str) -> None:
    assert request("10.0.0.9", proto=said).scheme == scheme


@pytest.mark.usefixtures("trusted")
def test_which_host_is_asked_only_the_host_says() -> None:
    assert request("127.0.0.1", host="elsewhere.example").get_host() == "127.0.0.1"
