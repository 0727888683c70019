"""What MkDocs calls while it builds the site."""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from handbook import from_code
from handbook.added import road_pages
from handbook.added.pictures import add_pictures
from handbook.added.source_pages import fill_source_pages
from handbook.dot import with_titles
from handbook.links import Links, LinksExtension
from handbook.navigation import with_patterns_resolved

ELSEWHERE = {
    "README.md": "project/readme.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
}
"""Pages that lie outside of docs/, and where they are in the site; those of the road are where they lie."""

GERMAN = "librarians/de/"
SEARCH = '<div class="md-search" data-md-component="search" role="dialog"'


class Handbook:
    """One building of the site: which pages it has beside those in docs/, and where links lead."""

    links: Links
    additions: dict[str, str]
    uri = ""
    """Of the page that is being read."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add_pages(self, files: Files, config: MkDocsConfig) -> None:
        elsewhere = {path: uri for path, uri in ELSEWHERE.items() if (self.root / path).exists()}
        road = (path.relative_to(self.root).as_posix() for path in sorted(self.root.glob("road/**/README.md")))
        elsewhere |= {path: path for path in road}
        for path, uri in elsewhere.items():
            files.append(File.generated(config, uri, abs_src_path=str(self.root / path)))
        for uri, text in from_code.reference().items():
            files.append(File.generated(config, uri, content=text))
        add_pictures(self.root, files, config)
        self.additions = road_pages.additions()
        self.links = Links(self.root, files, config, elsewhere)

    def read(self, markdown: str, page: Page) -> str:
        """The text of a page, with the pictures that it names, and what follows it."""
        self.uri = page.file.src_uri
        following = self.additions.get(self.links.path_of(self.uri))
        whole = f"{markdown}\n\n{following}" if following else markdown
        return with_titles(from_code.with_diagrams(whole, self.uri))


_building: list[Handbook] = []
"""The one that is going on: MkDocs loads this module once, and `serve` builds often."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    _building[:] = [Handbook(Path(config.config_file_path).parent)]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    (handbook,) = _building
    handbook.add_pages(files, config)
    extension: Any = LinksExtension(handbook.links, lambda: handbook.uri)
    config.markdown_extensions.append(extension)
    config.nav = with_patterns_resolved(config.nav, [file.src_uri for file in files.documentation_pages()])
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    return _building[0].read(markdown, page)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A table that is too wide can be scrolled by keyboard, too; a head without words heads nothing."""
    html = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", html)
    return html.replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>")


def on_env(env: Any, config: MkDocsConfig, files: Files) -> None:
    fill_source_pages(_building[0].links)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """The manual in German says that it is; what stands around it is English. And the search has a name."""
    output = output.replace(SEARCH, f'{SEARCH} aria-label="Search"', 1)
    return output.replace("<article ", '<article lang="de" ', 1) if page.file.src_uri.startswith(GERMAN) else output
