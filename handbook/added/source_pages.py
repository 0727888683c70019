"""Pages that show a file of the repository, or list a folder: of those that some page links to."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from pathlib import PurePosixPath

from mkdocs.structure.files import File
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound

from handbook.links import Links
from handbook.repository import Name, Repository, names_in


def fill_source_pages(links: Links) -> None:
    """Writes them, once all other pages are read."""
    for path, file in links.shown.items():
        page = _page(path, file, links)
        if links.repository.is_folder(path):
            entries = "".join(_entry(each, file, links) for each in links.repository.files_in(path))
            page.content = f"{_heading(path)}<ul class='files'>{entries}</ul>"
        else:
            page.content = _heading(path) + listing(links.repository.text(path), path)
            page.toc = TableOfContents(list(_outline(links.repository.names_in(path))))


def _page(path: str, file: File, links: Links) -> Page:
    page = Page(PurePosixPath(path).name, file, links.config)
    page.meta = {"search": {"exclude": True}, "hide": ["navigation"]}
    page.markdown = ""
    return page


def _heading(path: str) -> str:
    return f"<h1 class='path'>{escape(path).replace('/', '/<wbr>')}</h1>"


@lru_cache(maxsize=1024)
def listing(text: str, path: str) -> str:
    """A file with its lines numbered; each line with a name can be gone to by it."""
    try:
        lexer = get_lexer_for_filename(path, text, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    html: str = highlight(text, lexer, HtmlFormatter(cssclass="highlight listing", wrapcode=True, linespans="L"))
    for name in names_in(text, PurePosixPath(path).suffix):
        html = html.replace(f'id="L-{name.line}"', f'id="{escape(name.anchor)}" class="named"', 1)
    return html.replace("<pre>", '<pre tabindex="0">', 1)


def _outline(names: list[Name]) -> Iterator[AnchorLink]:
    """Classes and functions, with the methods in them."""
    last = None
    for name in (each for each in names if each.is_in_outline):
        link = AnchorLink(escape(name.anchor.rpartition(".")[2]), name.anchor, name.level + 1)
        if name.level > 1 and last:
            last.children.append(link)
        else:
            last = link
            yield link


def _entry(path: str, folder: File, links: Links) -> str:
    """A line of a folder's list: what lies there, and what it is for."""
    name = escape(PurePosixPath(path).name) + "/" * path.endswith("/")
    page = links.page_of(path.rstrip("/"))
    link = f"<a href='{page.url_relative_to(folder)}'>{name}</a>" if page else name
    return f"<li><code>{link}</code> {_what_it_is(path, links.repository)}</li>"


def _what_it_is(path: str, repository: Repository) -> str:
    """The first sentence of a module."""
    said = ast.get_docstring(ast.parse(repository.text(path))) if path.endswith(".py") else ""
    return escape((said or "").partition("\n")[0])
