"""The documentation as a site: it is whole, leads nowhere wrong, asks nobody else for anything, and can be read.

That all of it is built strictly is for `make docs`, which CI runs; a site of a few pages is built and broken here.
Whatever looks at the whole site, in a browser too, is in the soak.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError
from playwright.sync_api import Browser, Route, expect

from handbook import dot, from_code
from handbook.added.pictures import WITHOUT
from handbook.navigation import with_patterns_resolved
from road.steps import all_steps
from tests.browser import CHROMIUM, look
from tests.guard import ROOT

pytestmark = [
    pytest.mark.xdist_group("site"),
    pytest.mark.skipif(shutil.which("dot") is None and not os.environ.get("CI"), reason="no Graphviz here"),
]

KINDS = [
    "index.html",
    "road/2-first-command/index.html",
    "code/circulation/commands/borrow_book.py.html",
    "reference/BorrowBook.html",
    "phase-2/ports-and-adapters.html",
    "librarians/de/lending-and-returning.html",
]
"""A page of each kind: a step of the road, a file, the reference of an operation, one with pictures, a German one."""

IN_THE_DARK = [KINDS[1], KINDS[2], KINDS[4]]
"""Those that have colours of their own: of a diff, of a listing, of a picture."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of the documentation, as `make docs` makes it, but for the pictures of the desk."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {WITHOUT: "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.soak
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_kind_of_page_can_be_read(served: str, browser: Browser, width: int, scheme: Any) -> None:
    """Nothing that axe finds, nothing wider than the screen, and no request to anywhere else."""
    complaints: list[str] = []
    context = browser.new_context(base_url=served, viewport={"width": width, "height": 800}, color_scheme=scheme)

    def refuse(route: Route) -> None:
        complaints.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith(served), refuse)
    page = context.new_page()
    page.on("console", lambda it: complaints.append(it.text) if it.type in {"error", "warning"} else None)
    for url in KINDS if scheme == "light" else IN_THE_DARK:
        look(page, url, None)
    for url in KINDS:
        page.goto(url)
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), url
    page.goto("code/circulation/commands/borrow_book.py.html#borrow_book")
    expect(page.locator(":target")).to_contain_text("def borrow_book(")
    if width == 1280:
        page.get_by_role("textbox", name="Search").fill("suspension")
        expect(page.locator(".md-search-result__item").first).to_be_visible()
    context.close()
    assert complaints == []


@pytest.mark.soak
def test_no_page_has_anything_from_outside(site: Path) -> None:
    loaded = re.compile(r'<(?:script|img|iframe|source)\b[^>]*\bsrc="(?:https?:)?//|<link\b[^>]*\bhref="(?:https?:)?//')
    assert [path for path in site.rglob("*.html") if loaded.search(path.read_text())] == []


@pytest.mark.soak
def test_a_step_ends_with_its_diff_and_an_exercise_with_a_solution_to_open(site: Path) -> None:
    page = (site / "road/3-first-query/index.html").read_text()
    shown = re.findall(r"(?:filename\"|<summary)>([\w/.]+) \+\d+ −\d+<", page)
    assert shown == ["library/queries/get_borrowed_books_by_user.py", "library/api.py", "urls.py", "library/tests.py"]
    for step in all_steps():
        if step.exercise:
            page = (site / "road" / step.folder.name / "exercise/index.html").read_text()
            assert re.search(
                r"<details class=\"success\">\s*<summary>One solution</summary>.*filename.*</details>", page, re.DOTALL
            )


PAGES = {
    "docs/index.md": "[a](shelf/a.md) [code](../code.py#Shelf.put) [that](../code.py#put) "
    "[folder](../lib/) [it](../README.md#it)",
    "docs/shelf/a.md": "# A\n\n[back](../index.md)\n\n```dot\ndigraph { a -> b }\n```",
    "README.md": "# It\n\n[a](docs/shelf/a.md#a)",
    "code.py": "class Shelf:\n    def put(self): ...\n",
    "lib/more.py": '"""Says what it is."""\n',
    ".gitignore": "secret.txt\n",
    "secret.txt": "secret",
    ".env": "secret",
}


@pytest.fixture
def own_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository, with the hooks of ours; the site is its folder `site`."""
    monkeypatch.setattr(from_code, "reference", dict)
    monkeypatch.setattr(from_code, "_diagrams", dict)
    for path, text in PAGES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    own = (
        "site_dir: site\nnav: ['*', 'shelf/*']\ntheme: {custom_dir: %s/handbook/theme}\nhooks: [%s/handbook/hooks.py]\n"
    )
    (tmp_path / "mkdocs.yml").write_text(f"INHERIT: {ROOT}/mkdocs.yml\n{own % (ROOT, ROOT)}")
    return tmp_path


def build_of(root: Path) -> None:
    build(load_config(str(root / "mkdocs.yml")))


def test_links_lead_to_pages_files_names_and_folders(own_site: Path) -> None:
    build_of(own_site)
    index = (own_site / "site/index.html").read_text()
    assert re.findall(r'<a href="([^"]+)">(?:a|code|that|folder|it)</a>', index) == [
        "shelf/a.html",
        "code/code.py.html#Shelf.put",
        "code/code.py.html#Shelf.put",
        "code/lib/index.html",
        "project/readme.html#it",
    ]
    listing = (own_site / "site/code/code.py.html").read_text()
    (line,) = re.findall(r'<span id="Shelf.put".*', listing)
    assert re.sub(r"<[^>]*>", "", line) == "    def put(self): ..."
    assert "Says what it is." in (own_site / "site/code/lib/index.html").read_text()


WRONG = {
    "../nothing.py": "there is no nothing.py",
    "nothing.md": "there is no docs/nothing.md",
    "../code.py#Shelf.take": "code.py has no class, function or heading Shelf.take",
    "../secret.txt": "there is no secret.txt",
    "../.env": "there is no .env",
    "../../outside.md": "there is no ../outside.md",
    "shelf/a.md#nothing": "'shelf/a.md' does not contain an anchor '#nothing'",
    "/code.py": "there is no /code.py",
}


def test_what_leads_nowhere_fails_the_build(own_site: Path, caplog: pytest.LogCaptureFixture) -> None:
    wrong = "\n".join(f"[it]({href})" for href in WRONG)
    (own_site / "docs/index.md").write_text(f"{wrong}\n\n![picture](pictures/none.png)\n\n<!-- diagram: nothing -->\n")
    with pytest.raises(Abort, match=f"{len(WRONG) + 2} warnings in strict mode"):
        build_of(own_site)
    assert [said for said in WRONG.values() if said not in caplog.text] == []
    assert "there is no diagram nothing" in caplog.text


def test_a_picture_has_the_colours_of_the_page_and_says_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    svg = dot.picture('digraph { a -> b [label="to"] }', 'A "title"')
    assert svg.startswith('<svg role="img" aria-label="A &quot;title&quot;"')
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= {"none", "transparent", "currentColor"}
    assert " id=" not in svg
    assert (
        dot.with_titles("# One\n## Two\n```sh\n# no heading\n```\n```dot\ndigraph {}\n```")
        == '# One\n## Two\n```sh\n# no heading\n```\n```dot title="Two"\ndigraph {}\n```'
    )
    with pytest.raises(PluginError, match="syntax error"):
        dot.draw("digraph {")
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(PluginError, match="Graphviz is needed"):
        dot.draw("digraph { nobody -> has_drawn }")


def test_a_pattern_in_the_navigation_stands_for_the_pages_that_are_not_named() -> None:
    nav = ["a/one.md", {"All": ["a/*", "b/*"]}]
    assert with_patterns_resolved(nav, ["a/two.md", "a/one.md", "a/index.md"]) == [
        "a/one.md",
        {"All": ["a/index.md", "a/two.md", "b/*"]},
    ]
