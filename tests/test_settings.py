"""The environment, as processes of their own read it."""

import os
import subprocess
import sys

import pytest

from tests.guard import ROOT

PRODUCTION = {"SECRET_KEY": "x" * 60, "DEBUG": "", "DATABASE_URL": "sqlite://:memory:"}


def python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What a new process says that has these variables, whatever a developer's .env holds."""
    variables = dict.fromkeys(
        ("SECURE_SSL_REDIRECT", "TIME_ZONE", "LANGUAGE_CODE", "LIBRARY_OPERATIONS", "ALLOWED_HOSTS"), ""
    )
    setup = "import django; django.setup(); from django.conf import settings; "
    return subprocess.run(
        [sys.executable, "-c", setup + code],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "library_site.settings"} | variables | PRODUCTION | environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("SECURE_SSL_REDIRECT", "", "SECURE_SSL_REDIRECT", "True"),
        ("SECURE_SSL_REDIRECT", "False", "SECURE_SSL_REDIRECT", "False"),
        ("DEBUG", "", "DEBUG", "False"),
        ("TIME_ZONE", "", "TIME_ZONE", "UTC"),
        ("TIME_ZONE", "Europe/Warsaw", "TIME_ZONE", "Europe/Warsaw"),
        ("LANGUAGE_CODE", "", "LANGUAGE_CODE", "en"),
        ("LIBRARY_OPERATIONS", ",", "LIBRARY_OPERATIONS", "['*']"),
        ("LIBRARY_OPERATIONS", "queries, BorrowBook", "LIBRARY_OPERATIONS", "['queries', 'BorrowBook']"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS", "['localhost', '127.0.0.1', '[::1]']"),
        ("DATABASE_URL", "", "DATABASES['default']['NAME'].rpartition('/')[2]", "library.sqlite3"),
    ],
)
def test_a_variable_that_is_empty_counts_as_not_set(variable: str, value: str, setting: str, expected: str) -> None:
    ran = python(f"print(settings.{setting})", **{variable: value})
    assert ran.stdout.strip() == expected, ran.stderr


def test_without_a_secret_key_nothing_starts() -> None:
    ran = python("", SECRET_KEY="")
    assert ran.returncode != 0
    assert "Set SECRET_KEY in the environment or in .env" in ran.stderr


def test_one_app_may_be_migrated_alone() -> None:
    migrate = (
        "from django.core.management import call_command as run; [run('migrate', *each, verbosity=0) for each in {}]"
    )
    groups = "; from django.contrib.auth.models import Group; groups = Group.objects.all(); "
    count = "print([group.permissions.count() > 5 for group in groups])"
    ran = python(migrate.format([["catalog"], ["cqrs"], []]) + groups + count)
    assert ran.stdout.strip() == "[True, True]", ran.stderr


def test_a_server_that_is_to_serve_what_does_not_exist_does_not_start() -> None:
    ran = python("import library_site.wsgi", LIBRARY_OPERATIONS="queries,BurnBook")
    assert ran.returncode != 0
    assert "LIBRARY_OPERATIONS holds 'BurnBook', which is no operation. It may hold: *, AddCopies, " in ran.stderr


def test_a_database_url_that_is_none_is_refused_in_words() -> None:
    ran = python("", DATABASE_URL="junk")
    assert ran.returncode != 0
    assert "DATABASE_URL must look like postgres://NAME:PASSWORD@HOST:5432/DATABASE." in ran.stderr
