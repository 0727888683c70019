"""How much a process does for clients that it does not know. Processes that only read from the database count too."""

from collections import OrderedDict
from threading import Lock
from time import monotonic

from django.conf import settings

MINUTE = 60
MOST_CLIENTS = 10_000


class Throttle:
    """At most so many in a minute for each of the clients that came last: a leaky bucket each, which is one number."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.until: OrderedDict[str, float] = OrderedDict()
        self.lock = Lock()

    def wait_of(self, client: str) -> float:
        """Count one more; if it is too many, it is not counted, and this is for how many seconds it has to wait.

        Where none is said to be the most, there is no bound.
        """
        if not (most := settings.MOST_IN_A_MINUTE[self.name]):
            return 0.0
        now, weight = monotonic(), MINUTE / most
        with self.lock:
            until = max(now, self.until.pop(client, now))
            wait = until + weight - now - MINUTE
            self.until[client] = until if wait > 0 else until + weight
            if len(self.until) > MOST_CLIENTS:
                self.until.popitem(last=False)
        return max(0.0, wait)


strangers = Throttle("strangers")
"""Requests of nobody who is signed in."""

wrong_tokens = Throttle("wrong_tokens")
"""Requests with a token that is none of ours."""

refusals = Throttle("refusals")
"""Entries of the journal that say that somebody tries to sign in too often."""
