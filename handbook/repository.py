"""The files of the repository that a page may lead to, and the names in them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

from markdown.extensions.toc import slugify
from pathspec import GitIgnoreSpec

NEVER = ["/.git/", "/.env"]
"""What no page may show, beside what git ignores."""


class NotShown(Exception):
    """A link leads to what is not there, or cannot be shown; the text says which."""


@dataclass(frozen=True)
class Name:
    """A class, function, constant or heading: what a link says after its #, and where it stands."""

    anchor: str
    line: int
    level: int
    is_in_outline: bool = True


@dataclass(frozen=True)
class Repository:
    """A folder with the files that git keeps in it."""

    root: Path

    def is_kept(self, path: str) -> bool:
        """Whether something of that name is there, and is no secret, and not made by make."""
        found = self.root / path
        return found.exists() and not self._ignored.match_file(f"{path}/" if found.is_dir() else path)

    def is_folder(self, path: str) -> bool:
        return (self.root / path).is_dir()

    def is_text(self, path: str) -> bool:
        return b"\0" not in (self.root / path).read_bytes()

    def text(self, path: str) -> str:
        return (self.root / path).read_text()

    def files_in(self, folder: str) -> list[str]:
        """The files of a folder, and its folders with a / at the end."""
        found = sorted((self.root / folder).iterdir(), key=lambda path: (path.is_dir(), path.name))
        paths = [(path.relative_to(self.root).as_posix(), path.is_dir()) for path in found]
        return [f"{path}/" if is_folder else path for path, is_folder in paths if self.is_kept(path)]

    def names_in(self, path: str) -> list[Name]:
        """What can be named in a file."""
        return names_in(self.text(path), PurePosixPath(path).suffix)

    def name_in(self, path: str, wanted: str) -> Name:
        """By its whole name (`Class.method`) or the last part of it."""
        names = [] if self.is_folder(path) else self.names_in(path)
        found = [name for name in names if name.anchor == wanted]
        found += [name for name in names if name.anchor.endswith(f".{wanted}")]
        if not found:
            raise NotShown(f"{path} has no class, function or heading {wanted}")
        return found[0]

    @cached_property
    def _ignored(self) -> GitIgnoreSpec:
        ignored = self.root / ".gitignore"
        return GitIgnoreSpec.from_lines([*NEVER, *(ignored.read_text().splitlines() if ignored.exists() else ())])


@lru_cache(maxsize=1024)
def names_in(text: str, suffix: str) -> list[Name]:
    """What can be named in a text, by what kind of file it is."""
    if suffix == ".py":
        return list(_definitions(ast.parse(text).body, "", 1))
    return _headings(text) if suffix == ".md" else []


def _definitions(body: list[ast.stmt], within: str, level: int) -> Iterator[Name]:
    for each in body:
        if isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield Name(within + each.name, each.lineno, level)
        if isinstance(each, ast.ClassDef):
            yield from _definitions(each.body, f"{within}{each.name}.", level + 1)
        yield from (Name(within + name, each.lineno, level, is_in_outline=False) for name in _assigned(each))


def _assigned(statement: ast.stmt) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _headings(text: str) -> list[Name]:
    found = ((number, re.match(r"(#+) (.+)", line)) for number, line in enumerate(text.splitlines(), start=1))
    return [Name(slugify(match[2], "-"), number, len(match[1])) for number, match in found if match]
