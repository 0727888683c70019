"""The adapter for AWS Lambda: its entry points, and what they share. Nothing else imports it.

Importing it does what a function does once, while Lambda starts it: Django, its handler of requests, and every URL.
It opens no connection, so a snapshot of it may be restored.
"""

import gc
from time import perf_counter

_started = perf_counter()
gc.disable()  # nothing of what is imported is garbage: looking for some was a quarter of the start

from django.conf import settings  # noqa: E402 - as the next, once the environment is complete
from django.urls import get_resolver  # noqa: E402 - see above

from library_site.wsgi import application  # noqa: E402 - sets Django up

_ = get_resolver().url_patterns
if settings.TRACING:
    from .tracing import trace_operations

    trace_operations()

gc.freeze()
gc.enable()
START_MS = round((perf_counter() - _started) * 1000, 1)

__all__ = ["START_MS", "application"]
