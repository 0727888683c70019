"""The project's settings under test: nothing of a developer's `.env` or shell reaches them.

`.env` never overrides the real environment, so every variable that the settings read is fixed here first.
The database is SQLite in a temporary folder, or `TEST_DATABASE_URL` (set by `python -m tests.postgres`).
"""

import os
import tempfile
from pathlib import Path

_scratch = tempfile.TemporaryDirectory(prefix="library-tests-")
_sqlite = Path(_scratch.name) / "library.sqlite3"

os.environ.update(
    SECRET_KEY="only-for-tests-" + "0123456789abcdef" * 4,
    DEBUG="False",
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{_sqlite}",
    REPLICA_DATABASE_URL="",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    CSRF_TRUSTED_ORIGINS="",
    TRUSTED_PROXIES="",
    THREADS="2",
    LIBRARY_OPERATIONS="*",
    BASE_PATH="",
    AWS_LAMBDA_FUNCTION_NAME="",
    SECURE_SSL_REDIRECT="False",
    LOCK_TIMEOUT="5",  # fifty desks in fifty threads of one process are slower than any server's
    STATEMENT_TIMEOUT="",
    LANGUAGE_CODE="",
    TIME_ZONE="UTC",
    DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright keeps an event loop in the thread of its tests
)

from library_site.settings import *  # noqa: E402, F403 - all of them, once the environment is set
from library_site.settings import DATABASES, MOST_IN_A_MINUTE, STORAGES  # noqa: E402 - likewise

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

if DATABASES["default"]["ENGINE"] == "library_site.sqlite":
    # A file, because threads (a live server's, a race's) can't share an in-memory database.
    DATABASES["default"]["TEST"] = {"NAME": str(_sqlite.with_name("test.sqlite3"))}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # a slow moment keeps no count

# All tests come from one address.
MOST_IN_A_MINUTE = dict.fromkeys(MOST_IN_A_MINUTE, 1_000_000)
