"""Links are written as they work in the repository; this makes them work in the site, or complains."""

import logging
import posixpath
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from .repository import NotShown, Repository

log = logging.getLogger(f"mkdocs.hooks.{__name__}")

PAGES = "docs/"
"""Where the pages are that MkDocs finds by itself."""
CODE = "code/"
"""Where in the site the pages are that show files of the repository."""


class Links:
    """Leads from a page of the site to another, and to pages that show a file; it keeps which files these are."""

    def __init__(self, root: Path, files: Files, config: MkDocsConfig, elsewhere: dict[str, str]) -> None:
        self.repository = Repository(root)
        self.files = files
        self.config = config
        self.elsewhere = elsewhere
        """Pages that lie outside of docs/: where, and where they are in the site."""
        self.shown: dict[str, File] = {}
        """Files and folders of the repository that are linked to, and their pages, which are empty yet."""

    def path_of(self, uri: str) -> str:
        """Where in the repository a page of the site lies."""
        return next((path for path, its_uri in self.elsewhere.items() if its_uri == uri), PAGES + uri)

    def rewritten(self, href: str, uri: str) -> str:
        """A link as it has to be in the page `uri`, so that MkDocs finds what it leads to."""
        scheme, host, path, _, name = urlsplit(href)
        if scheme or host or not path:
            return href
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.path_of(uri)), unquote(path)))
        to, anchor = self._to(target, name)
        return posixpath.relpath(to, posixpath.dirname(uri) or ".") + (f"#{anchor}" if anchor else "")

    def _to(self, target: str, name: str) -> tuple[str, str]:
        if page := self.page_at(target):
            return page, name
        if target.startswith(("../", "/")) or not self.repository.is_kept(target):
            raise NotShown(f"there is no {target}")
        if not self.repository.is_folder(target) and not self.repository.is_text(target):
            raise NotShown(f"{target} is no text")
        anchor = name and self.repository.name_in(target, name).anchor
        return self.page_showing(target).src_uri, anchor

    def page_showing(self, path: str) -> File:
        """The page that shows a file, or lists a folder; it is there from now on."""
        if path not in self.shown:
            uri = f"{CODE}{path}/index.md" if self.repository.is_folder(path) else f"{CODE}{path}.md"
            file = File.generated(self.config, uri, content="", inclusion=InclusionLevel.NOT_IN_NAV)
            self.shown[path] = file
            self.files.append(file)
        return self.shown[path]

    def page_of(self, path: str) -> File | None:
        """The page of the site for what lies there, if there is one."""
        return self.files.get_file_from_path(self.page_at(path)) or self.shown.get(path)

    def page_at(self, target: str) -> str:
        """The page of the site that lies there in the repository; or, of a folder, the first one in it."""
        for path in (target, f"{target}/index.md", f"{target}/README.md"):
            uri = self.elsewhere.get(path, path.removeprefix(PAGES) if path.startswith(PAGES) else "")
            if uri and self.files.get_file_from_path(uri):
                return uri
        return ""


class LinksExtension(Extension):
    """Rewrites the links of each page, before MkDocs looks at them."""

    def __init__(self, links: Links, page: Callable[[], str]) -> None:
        super().__init__()
        self.links = links
        self.page = page

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown calls it so
        md.treeprocessors.register(_Rewrite(self), "handbook-links", priority=2)


class _Rewrite(Treeprocessor):
    def __init__(self, extension: LinksExtension) -> None:
        super().__init__()
        self.extension = extension

    def run(self, root: Element) -> None:
        for element in root.iter():
            key = {"a": "href", "img": "src"}.get(element.tag)
            if key and (href := element.get(key)):
                self._rewrite(element, key, href)

    def _rewrite(self, element: Element, key: str, href: str) -> None:
        page = self.extension.page()
        try:
            element.set(key, self.extension.links.rewritten(href, page))
        except NotShown as error:
            log.warning("%s links to %s: %s.", self.extension.links.path_of(page), href, error)
            element.set(key, "#")
