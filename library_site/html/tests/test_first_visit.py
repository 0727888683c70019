"""How much is loaded before somebody can work: a library's connection may be slow, and nothing is there yet."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client

FIRST_VISIT = 30_000
"""Bytes: the pages as they are served, and all that they load, by gzip (as WhiteNoise keeps it)."""


def test_signing_in_and_the_desk_take_few_bytes(client: Client, desk: Client) -> None:
    pages = [client.get("/login").content, desk.get("/").content]
    loaded = {name for page in pages for name in re.findall(r'(?:src|href)="/static/([^"]+)"', page.decode())}
    assert loaded >= {"library/library.css", "library/desk.css", "library/desk.js", "library/icon.svg"}
    files = [gzip.compress(Path(str(finders.find(name))).read_bytes()) for name in loaded]
    assert sum(map(len, [*pages, *files])) < FIRST_VISIT
