"""How often somebody may fail to sign in: strangers are slowed, whoever has signed in here before is not kept out.

Failures are counted by what they have in common: the client, the account that was named, the password (one that is
tried on many names), or else the device, where the account has signed in before (devices.py). Each weighs its part of a
quarter of an hour, after those before it: a leaky bucket that is one number. It is counted before its password is
looked at, so that many at once are as many; a sign-in that succeeds is taken off again. What is refused adds nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from math import ceil
from threading import BoundedSemaphore
from time import time

from django.contrib.auth.models import User
from django.db import InternalError, OperationalError, connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from library_site.accounts.models import Failures
from library_site.rest.clients import network_of

from .devices import device_of

LIMITS = {"client": 10, "account": 30, "password": 30, "device": 10}
"""How many may fail at once, and then in each quarter of an hour: of an account, more than one client can use up."""

SPAN = 900
"""Seconds: the quarter of an hour."""

PATIENCE = 0.5
"""Seconds for which a stranger's password waits for another's: a process looks at one at a time."""

_PRUNED = 100

_COUNT = """
    INSERT INTO accounts_failures (key, until) VALUES {rows}
    ON CONFLICT (key) DO UPDATE SET until = excluded.until - %(now)s
        + CASE WHEN accounts_failures.until > %(now)s THEN accounts_failures.until ELSE %(now)s END
    WHERE accounts_failures.until + excluded.until <= %(full)s
    RETURNING key
"""

_looking = BoundedSemaphore(1)

Weights = dict[str, float]
"""What a failure weighs, in seconds, by the key of what it is counted with."""


class TooManyAttempts(Exception):
    """The password was not looked at; `wait` says for how many seconds it will not be."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, ceil(wait))
        super().__init__(f"Too many attempts: wait {self.wait} s")


@contextmanager
def attempt(request: HttpRequest, name: str, password: str) -> Iterator[Callable[[], None]]:
    """Around a look at a password; what it gives takes the attempt off again. Raises TooManyAttempts."""
    known = _known(request, name)
    weights = known or weights_of(client=network_of(request), account=name, password=password)
    if wait := _count(weights):
        raise TooManyAttempts(wait)
    forgive = partial(_forgive, weights)
    if known:
        yield forgive
        return
    if not _looking.acquire(timeout=PATIENCE):
        forgive()
        raise TooManyAttempts(PATIENCE)
    try:
        yield forgive
    finally:
        _looking.release()


def weights_of(**common: str) -> Weights:
    """The keys of what attempts have in common, in the order in which they are locked."""
    return {_key(kind, common[kind]): SPAN / limit for kind, limit in LIMITS.items() if kind in common}


def prune() -> None:
    """Delete some of what weighs nothing any more: who fails tidies up."""
    with transaction.atomic():
        rows = Failures.objects.select_for_update(skip_locked=True).filter(until__lt=time())
        if old := list(rows.values_list("key", flat=True)[:_PRUNED]):
            Failures.objects.filter(key__in=old).delete()


def _known(request: HttpRequest, name: str) -> Weights:
    """What failures are counted with on a device on which this account has signed in before; empty: it has not."""
    device = device_of(request)
    account = User.objects.filter(username=name).first() if device else None
    return weights_of(device=f"{device.id}:{account.pk}") if device and account and device.knows(account) else {}


def _key(kind: str, value: str) -> str:
    """A keyed hash; of a password 16 bits: many have the same, so that it tells of none."""
    digest = salted_hmac("library_site.accounts.attempts", f"{kind}:{value}", algorithm="sha256").hexdigest()
    return digest[:4] if kind == "password" else digest[:32]


def _count(weights: Weights) -> float:
    """Count one attempt more, unless there were too many: then it is not counted, and must wait for so many seconds."""
    now = time()
    if wait := _wait(weights, now):
        return wait
    counted = _counted(weights, now)
    if len(counted) == len(weights):
        return 0
    _forgive({key: weight for key, weight in weights.items() if key in counted})
    return _wait(weights, now) or 1


def _wait(weights: Weights, now: float) -> float:
    """For how many seconds one more would weigh too much."""
    found = Failures.objects.filter(key__in=weights).values_list("key", "until")
    return max([0.0, *(until + weights[key] - now - SPAN for key, until in found)])


def _counted(weights: Weights, now: float) -> set[str]:
    """Count it: with these keys, those left out that others have filled up meanwhile.

    In a transaction, for which SQLite's threads stand in a line: else strangers would take all of them, each to wait.
    """
    rows = ", ".join(f"(%(key{at})s, %(until{at})s)" for at in range(len(weights)))
    given: dict[str, str | float] = {"now": now, "full": now + now + SPAN}
    for at, (key, weight) in enumerate(weights.items()):
        given |= {f"key{at}": key, f"until{at}": now + weight}
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            cursor.execute(_COUNT.format(rows=rows), given)
        except InternalError as error:  # PostgreSQL only reads here: as good as down for who wants to sign in
            raise OperationalError(str(error)) from error
        return {key for (key,) in cursor.fetchall()}


def _forgive(weights: Weights) -> None:
    """Take an attempt off again: a row at a time, so that no two wait for each other."""
    for key, weight in weights.items():
        with transaction.atomic():
            Failures.objects.filter(key=key).update(until=F("until") - weight)
