"""Devices on which somebody has signed in before, told by a cookie: OWASP's device cookies.

It holds a random name of the device, and of each account that has signed in on it a proof: a keyed hash of that name,
the account and its password, so that a new password ends it. In clear it names nobody, and signing out leaves it.
"""

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "device"
SALT = "library_site.accounts.devices"
LASTS = 365 * 24 * 3600
MOST_ACCOUNTS = 10


@dataclass(frozen=True)
class Device:
    """A device, and the proofs of the accounts that have signed in on it, the last one first."""

    id: str
    proofs: tuple[str, ...] = ()

    def knows(self, account: User) -> bool:
        return any(constant_time_compare(each, self.proof_of(account)) for each in self.proofs)

    def proof_of(self, account: User) -> str:
        said = f"{self.id}:{account.pk}:{account.password}"
        return salted_hmac(SALT, said, algorithm="sha256").hexdigest()[:24]


def device_of(request: HttpRequest) -> Device | None:
    """The device that a request comes from, if somebody has signed in on it before."""
    said: Any = request.get_signed_cookie(COOKIE, default=None, salt=SALT, max_age=LASTS)
    if said is None:
        return None
    id, *proofs = said.split(".")
    return Device(id, tuple(proofs))


def remember(request: HttpRequest, response: HttpResponse, account: User) -> None:
    """Tell the device that this account has signed in on it."""
    device = device_of(request) or Device(token_urlsafe(12))
    proofs = list(dict.fromkeys([device.proof_of(account), *device.proofs]))[:MOST_ACCOUNTS]
    response.set_signed_cookie(
        COOKIE,
        ".".join([device.id, *proofs]),
        salt=SALT,
        max_age=LASTS,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
