"""The environment, as processes of their own read it."""

import subprocess

import pytest

from tests import process

PRODUCTION = {"SECRET_KEY": "x" * 60, "DEBUG": ""}

BASE_PATH = "(BASE_PATH, FORCE_SCRIPT_NAME, STATIC_URL, SESSION_COOKIE_PATH, CSRF_COOKIE_PATH)"
BASE_PATHS = {"": "", "/": "", "production": "/production", "/production/": "/production", "//a//b/": "/a/b"}
"""What is set, and the path that it makes: it begins with a slash and ends with none."""

START = "import django; django.setup(); "


def python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What a new process says that has these variables, whatever a developer's .env holds."""
    variables = dict.fromkeys(
        (
            "SECURE_SSL_REDIRECT",
            "TIME_ZONE",
            "TRUSTED_PROXIES",
            "THREADS",
            "LANGUAGE_CODE",
            "LIBRARY_OPERATIONS",
            "ALLOWED_HOSTS",
        ),
        "",
    )
    return process.python(code, **variables | PRODUCTION | environ)


READ = """
import os, runpy
for variable, value, setting, expected in {}:
    before = os.environ.get(variable)
    os.environ[variable] = value
    said = eval(setting, runpy.run_path("library_site/settings.py"))
    assert str(said) == expected, (variable, value, said)
    os.environ.pop(variable) if before is None else os.environ.update({{variable: before}})
print("as expected")
"""


REFUSED = """
import os, runpy
from django.core.exceptions import ImproperlyConfigured
for variable, junk, words in {}:
    before = os.environ.get(variable)
    os.environ[variable] = junk
    try:
        runpy.run_path("library_site/settings.py")
    except ImproperlyConfigured as refused:
        assert words in str(refused), refused
    else:
        raise AssertionError((variable, junk))
    os.environ.pop(variable) if before is None else os.environ.update({{variable: before}})
print("as expected")
"""


def test_a_variable_that_is_empty_counts_as_not_set() -> None:
    cases = [
        ("SECURE_SSL_REDIRECT", "", "SECURE_SSL_REDIRECT", "True"),
        ("SECURE_SSL_REDIRECT", "False", "SECURE_SSL_REDIRECT", "False"),
        ("DEBUG", "", "DEBUG", "False"),
        ("TIME_ZONE", "", "TIME_ZONE", "UTC"),
        ("TIME_ZONE", "Europe/Warsaw", "TIME_ZONE", "Europe/Warsaw"),
        ("LANGUAGE_CODE", "", "LANGUAGE_CODE", "en"),
        ("LIBRARY_OPERATIONS", ",", "LIBRARY_OPERATIONS", "['*']"),
        ("LIBRARY_OPERATIONS", "queries, BorrowBook", "LIBRARY_OPERATIONS", "['queries', 'BorrowBook']"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS", "['localhost', '127.0.0.1', '[::1]']"),
        ("THREADS", "", "THREADS", "4"),
        ("IDEMPOTENCY_KEY_DAYS", "", "IDEMPOTENCY_KEY_DAYS", "30"),
        ("TRUSTED_PROXIES", "", "TRUSTED_PROXIES", "[]"),
        ("TRUSTED_PROXIES", "::1, 10.0.0.0/8", "TRUSTED_PROXIES", "['::1', '10.0.0.0/8']"),
        ("SESSION_IDLE_HOURS", "", "(SESSION_COOKIE_AGE, SESSION_HOURS)", "(28800, 24.0)"),
        ("SESSION_IDLE_HOURS", "0.5", "SESSION_COOKIE_AGE", "1800"),
        ("DATABASE_URL", "", "DATABASES['default']['NAME'].rpartition('/')[2]", "library.sqlite3"),
        *(
            ("BASE_PATH", base_path, BASE_PATH, str((path, path or None, f"{path}/static/", f"{path}/", f"{path}/")))
            for base_path, path in BASE_PATHS.items()
        ),
    ]
    ran = python(READ.format(cases))
    assert ran.stdout.strip() == "as expected", ran.stderr


def test_without_a_secret_key_nothing_starts() -> None:
    ran = python(START, SECRET_KEY="")
    assert ran.returncode != 0
    assert "Set SECRET_KEY in the environment or in .env" in ran.stderr


@pytest.mark.soak
def test_one_app_may_be_migrated_alone() -> None:
    migrate = (
        "from django.core.management import call_command as run; [run('migrate', *each, verbosity=0) for each in {}]"
    )
    groups = "; from django.contrib.auth.models import Group; groups = Group.objects.all(); "
    count = "print([group.permissions.count() > 5 for group in groups])"
    ran = python(START + migrate.format([["catalog"], ["cqrs"], []]) + groups + count)
    assert ran.stdout.strip() == "[True, True]", ran.stderr


def test_a_server_that_is_to_serve_what_does_not_exist_does_not_start() -> None:
    ran = python(START + "import library_site.wsgi", LIBRARY_OPERATIONS="queries,BurnBook")
    assert ran.returncode != 0
    assert (
        "LIBRARY_OPERATIONS holds 'BurnBook', which is no operation. It may hold: *, AddClosure, AddCopies, "
        in ran.stderr
    )


def test_what_makes_no_sense_is_refused_in_words() -> None:
    numbers = [("SESSION_HOURS", "0"), ("SESSION_IDLE_HOURS", "1e9"), ("LOCK_TIMEOUT", "-1")]
    numbers += [("THREADS", "0"), ("THREADS", "x")]
    cases = [(name, junk, f"{name} is {junk}, and has to be a number from ") for name, junk in numbers]
    cases += [("DATABASE_URL", "junk", "DATABASE_URL must look like postgres://NAME:PASSWORD@HOST:5432/DATABASE.")]
    ran = python(REFUSED.format(cases))
    assert ran.stdout.strip() == "as expected", ran.stderr


SOAK = pytest.mark.soak


@pytest.mark.parametrize("junk", [pytest.param("proxy.example", marks=SOAK), "10.0.0.1/8", "127.0.0.1;::1"])
def test_a_proxy_that_has_no_address_is_refused_in_words(junk: str) -> None:
    ran = python("import library_site.wsgi", TRUSTED_PROXIES=junk)
    assert ran.returncode != 0
    assert "TRUSTED_PROXIES holds addresses and networks, 127.0.0.1,10.0.0.0/8: " in ran.stderr
