"""The WSGI application: `runserver` and AWS Lambda call it, and serving/rsgi.py, which `make serve` serves."""

import os
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from library_site.cqrs.apps import check_library_operations


def told_by_proxies(environ: dict[str, Any]) -> dict[str, Any]:
    """The client's address and scheme, if the peer is a proxy that is trusted: else what it claims is nothing.

    Each proxy adds whom it has heard from to the right of X-Forwarded-For: the client is the last that is no proxy of
    ours, or the proxy that says nothing sensible of it.
    """
    if (peer := _address(environ.get("REMOTE_ADDR", ""))) is None or not _is_trusted(peer):
        return {}
    for said in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if (hop := _address(said)) is None:
            break
        peer = hop
        if not _is_trusted(hop):
            break
    scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").partition(",")[0].strip()
    told = {"REMOTE_ADDR": str(peer)}
    return told | {"wsgi.url_scheme": scheme} if scheme in {"http", "https"} else told


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in _network(each) for each in settings.TRUSTED_PROXIES)


_network = cache(ip_network)


def _address(said: str) -> IPv4Address | IPv6Address | None:
    """The address, without a port, if it is one; IPv4's as IPv4 even where the socket is of both."""
    host = said.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class Request(WSGIRequest):
    """Django's, but for its charset, its base path, and what proxies of ours say of it.

    It is in UTF-8 whatever it claims: JSON has no other (RFC 8259), our forms send no other, and charsets that Python
    knows but that are none of text (rot13, zip) would be a server error. Some gateways hand the base path on and some
    take it off: here it is always off. Who serves it may want to know which URL it was found to be: "library.in_work".
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        if settings.TRUSTED_PROXIES:
            environ = environ | told_by_proxies(environ)
        path = environ.get("PATH_INFO", "")
        if settings.BASE_PATH and f"{path}/".startswith(f"{settings.BASE_PATH}/"):
            environ = environ | {"PATH_INFO": path.removeprefix(settings.BASE_PATH)}
        super().__init__(environ)
        environ.get("library.in_work", []).append(self)

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:  # its parameters are in no encoding; REST framework would read them again
            meta["CONTENT_TYPE"] = self.content_type = "application/octet-stream"
            self.content_params = {}


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library_site.settings")

application = get_wsgi_application()
application.request_class = Request

try:
    for each in settings.TRUSTED_PROXIES:
        _network(each)
except ValueError as error:
    raise ImproperlyConfigured(
        f"TRUSTED_PROXIES holds addresses and networks, 127.0.0.1,10.0.0.0/8: {error}."
    ) from None

if mistakes := check_library_operations():
    raise ImproperlyConfigured(" ".join(f"{mistake.msg} {mistake.hint}" for mistake in mistakes))
