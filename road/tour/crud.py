"""Step 0 of the road, served: a copy in a folder of its own, with its own SQLite file and Django's own server."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from shutil import copytree, ignore_patterns
from typing import Any

from road.steps import all_steps

from .client import Client
from .processes import Process, Processes, clean, free_port

ISBN, AUTHOR = "9780060512750", 1

# It makes the tables, an author and a clerk who is signed in, says by which key of a session, and serves.
_SERVER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
sys.path.insert(0, "")
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from library.models import Author
call_command("migrate", run_syncdb=True, verbosity=0)
clerk, author = Client(), Author.objects.create(name="Ursula K. Le Guin")
clerk.force_login(User.objects.create_superuser("clerk"))
print(clerk.session.session_key, flush=True)
call_command("runserver", sys.argv[1], use_reloader=False)
"""


@dataclass(frozen=True)
class Crud:
    """A library by CRUD, at work."""

    port: int
    session: str

    def clerk(self) -> Client:
        """Somebody at the counter, signed in, whose program knows the rows and nothing else."""
        token = token_hex(16)
        return Client(self.port, {"X-CSRFToken": token}, {"sessionid": self.session, "csrftoken": token})

    def book(self, title: str) -> str:
        """A new one, by its URL."""
        return f"/api/book/{self._added('book', {'title': title, 'isbn': ISBN, 'author': AUTHOR})}"

    def user(self, name: str) -> int:
        return self._added("user", {"name": name, "status": "VERIFIED"})

    def _added(self, kind: str, row: Mapping[str, Any]) -> int:
        return int(self.clerk().post(f"/api/{kind}", row).document["id"])


@dataclass(frozen=True)
class Starting:
    """It starts while others do."""

    process: Process
    port: int

    def ready(self, started: Processes) -> Crud:
        session = started.line(self.process)
        started.wait_for("crud", self.port)
        return Crud(self.port, session.strip())


def start(started: Processes, folder: Path) -> Starting:
    copy, port = folder / "crud", free_port()
    copytree(all_steps()[0].folder, copy, ignore=ignore_patterns("*.sqlite3", "__pycache__"))
    return Starting(started.start("crud", ["-B", "-c", _SERVER, f"127.0.0.1:{port}"], clean(), copy), port)


def lent(row: Mapping[str, Any], user: int) -> dict[str, Any]:
    """The row, as somebody saves it who lends the book."""
    return {**row, "status": "BORROWED", "borrower": user}
