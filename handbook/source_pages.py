"""Pages that show a file of the repository, or list a folder: of those that some page links to."""

import ast
from collections.abc import Iterator
from html import escape
from pathlib import PurePosixPath

from mkdocs.structure.files import File
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound

from .links import Links
from .repository import Name, Repository


def fill_source_pages(links: Links) -> None:
    """Writes them, once all other pages are read; what lies in a folder that is listed is shown too."""
    for path, file in list(links.shown.items()):
        if links.repository.is_folder(path):
            entries = "".join(_entry(each, file, links) for each in links.repository.files_in(path))
            _page(path, file, links).content = f"{_heading(path)}<ul class='files'>{entries}</ul>"
    for path, file in links.shown.items():
        if not links.repository.is_folder(path):
            names = links.repository.names_in(path)
            page = _page(path, file, links)
            page.content = _heading(path) + listing(links.repository.text(path), path, names)
            page.toc = TableOfContents(list(_outline(names)))


def _page(path: str, file: File, links: Links) -> Page:
    page = Page(PurePosixPath(path).name, file, links.config)
    page.meta = {"search": {"exclude": True}, "hide": ["navigation"]}
    page.markdown = ""
    return page


def _heading(path: str) -> str:
    return f"<h1 class='path'>{escape(path).replace('/', '/<wbr>')}</h1>"


def listing(text: str, path: str, names: list[Name]) -> str:
    """A file with its lines numbered; each line with a name can be gone to by it."""
    try:
        lexer = get_lexer_for_filename(path, text, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    html: str = highlight(text, lexer, HtmlFormatter(cssclass="highlight listing", wrapcode=True, linespans="L"))
    for name in names:
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
    page = _page_of(path.rstrip("/"), links)
    if page is None:
        return f"<li>{name}</li>"
    return f"<li><a href='{page.url_relative_to(folder)}'>{name}</a> {_what_it_is(path, links.repository)}</li>"


def _page_of(path: str, links: Links) -> File | None:
    if uri := links.page_at(path):
        return links.files.get_file_from_path(uri)
    is_shown = path in links.shown or (not links.repository.is_folder(path) and links.repository.is_text(path))
    return links.page_showing(path) if is_shown else None


def _what_it_is(path: str, repository: Repository) -> str:
    """The first sentence of a module."""
    said = ast.get_docstring(ast.parse(repository.text(path))) if path.endswith(".py") else ""
    return escape((said or "").partition("\n")[0])
