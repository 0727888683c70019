"""The product, served as `make serve` does: its database, a member of staff, and a program that has a token."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from secrets import token_urlsafe
from typing import Any

import django
from django.core.management import call_command

from .client import JSON, Client
from .database import Database
from .processes import ROOT, Processes, free_port

STAFF = "librarian"


def variables(database: Database, library: str) -> dict[str, str]:
    """Of every process of the library; whatever .env says."""
    return {
        "DJANGO_SETTINGS_MODULE": "road.tour.settings",
        "DATABASE_URL": database.url(library),
        "SECRET_KEY": token_urlsafe(50),
        "SECURE_SSL_REDIRECT": "False",
        "ALLOWED_HOSTS": "127.0.0.1,.amazonaws.com",
        "LOCK_TIMEOUT": "10",  # this machine may be busy
        "DEBUG": "False",
        "TIME_ZONE": "UTC",
    } | dict.fromkeys(("REPLICA_DATABASE_URL", "LIBRARY_OPERATIONS", "BASE_PATH", "LANGUAGE_CODE"), "")


def set_up(environ: Mapping[str, str]) -> None:
    """Make this process one of the library's, too."""
    os.environ.update(environ)
    django.setup()


def prepare(password: str) -> str:
    """Make the tables and an account; a token for programs."""
    os.environ["DEMO_STAFF_PASSWORD"] = password
    from django.db import connection  # noqa: PLC0415 - now that there are settings

    call_command("migrate", verbosity=0)
    call_command("create_demo_staff", stdout=StringIO())
    call_command("create_api_token", STAFF, stdout=(token := StringIO()))
    connection.close()
    return token.getvalue().strip()


@dataclass(frozen=True)
class Library:
    """The library at work, and what there is to know of it."""

    port: int
    database: Database
    name: str
    environ: dict[str, str]
    password: str
    token: str = ""

    def program(self) -> Client:
        """A program with the token, which asks by REST."""
        return Client(self.port, {"Authorization": f"Token {self.token}", "Accept": JSON})

    def browser(self) -> Client:
        """A browser, in which a member of staff has signed in."""
        browser = Client(self.port)
        browser.submit("/login", {"username": STAFF, "password": self.password})
        return browser

    def shell(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`manage.py`, in a process of its own."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False)

    def book(self, title: str) -> str:
        added = self._setting_up.post("/api/book/new", {"title": title, "author": {"name": "Ursula K. Le Guin"}})
        return str(added.document["book_id"])

    def user(self, name: str) -> str:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        return str(self._setting_up.post("/api/user/register", {"name": name, "email": email}).document["user_id"])

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.database.rows(self.name, statement)

    @cached_property
    def _setting_up(self) -> Client:
        return self.program()


def start(started: Processes, environ: Mapping[str, str]) -> int:
    """On which port it will listen."""
    port = free_port()
    started.start("library", ["-m", "library_site.serving", "--port", str(port)], environ)
    return port
