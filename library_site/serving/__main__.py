"""Serves the library as production does: `python -m library_site.serving --port 8000`, with granian's own options."""

import os
import socket
import sys
from collections.abc import Sequence

import click
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from granian.cli import cli

OPTIONS = (
    *("--interface", "rsgi", "--loop", "asyncio", "--http", "1", "--no-ws"),
    *("--workers", "2", "--workers-kill-timeout", "30", "--http1-header-read-timeout", "10000"),
)
"""Of two that are the same granian takes the last: what is given besides these is what holds."""

ARGUMENTS = ("library_site.serving.rsgi:application", *OPTIONS)
COMMAND = (sys.executable, "-m", "granian", *ARGUMENTS)


def obstacle(arguments: Sequence[str]) -> str:
    """What stands in the way of serving, in a line; empty: nothing. (Workers would say it in a traceback each.)"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library_site.settings")
    try:
        if getattr(staticfiles_storage, "hashed_files", None) == {}:
            return "Static files are not there: run “manage.py collectstatic” first."
    except ImproperlyConfigured as error:
        return str(error)
    try:
        asked = cli.make_context("granian", [*ARGUMENTS, *arguments]).params
    except click.ClickException:  # granian will say so
        return ""
    return "" if asked["uds"] else _taken(asked["host"], asked["port"])


def _taken(host: str, port: int) -> str:
    """Granian shares its port with whoever listens there too: of two servers, each would have half of the requests."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        return f"Nothing can listen on {host}, port {port}: {os.strerror(error.errno or 0)}."
    return ""


if __name__ == "__main__":
    if "--help" not in sys.argv and (said := obstacle(sys.argv[1:])):
        sys.exit(said)
    os.execv(sys.executable, [*COMMAND, *sys.argv[1:]])  # noqa: S606 - no shell is wanted
