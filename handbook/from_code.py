"""What pages say that is made from the code: the reference, and pictures. It needs Django, and no database."""

import logging
import os
import re
import secrets
from functools import lru_cache

import django
from django.apps import apps

log = logging.getLogger(f"mkdocs.hooks.{__name__}")

DIAGRAM = re.compile(r"^<!-- diagram: ([\w-]+) -->$", re.MULTILINE)


@lru_cache(maxsize=1)
def reference() -> dict[str, str]:
    """Each page's path in the site, and its Markdown."""
    set_django_up()
    from .reference import pages

    return pages()


def with_diagrams(markdown: str, uri: str) -> str:
    """A page in which each picture that it names is there."""

    def fence(found: re.Match[str]) -> str:
        if source := _diagrams().get(found[1]):
            return f"```dot\n{source.strip()}\n```"
        log.warning("%s: there is no diagram %s.", uri, found[1])
        return ""

    return DIAGRAM.sub(fence, markdown)


@lru_cache(maxsize=1)
def _diagrams() -> dict[str, str]:
    set_django_up()
    from .diagrams import diagrams

    return diagrams()


def set_django_up() -> None:
    """Whatever .env says, as it is in production, with a key that nobody keeps."""
    if apps.ready:
        return
    os.environ.update(
        DJANGO_SETTINGS_MODULE="library_site.settings",
        SECRET_KEY=secrets.token_urlsafe(64),
        DEBUG="False",
        DATABASE_URL="sqlite://:memory:",
        REPLICA_DATABASE_URL="",
        LIBRARY_OPERATIONS="*",
    )
    django.setup()
