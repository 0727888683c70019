"""The navigation: `adr/*` in it stands for all pages there, in the order of their names."""

from fnmatch import fnmatchcase
from typing import Any

FIRST = "index.md", "README.md"


def with_patterns_resolved(nav: Any, uris: list[str]) -> Any:
    """The `nav` of mkdocs.yml; a page that it names by itself is left out of what a pattern stands for."""
    return _resolved(nav, uris, set(_strings(nav)))


def _resolved(nav: Any, uris: list[str], named: set[str]) -> Any:
    if isinstance(nav, dict):
        return {title: _resolved(each, uris, named) for title, each in nav.items()}
    if isinstance(nav, list):
        return [resolved for each in nav for resolved in _resolved_entry(each, uris, named)]
    return nav


def _resolved_entry(entry: Any, uris: list[str], named: set[str]) -> list[Any]:
    if isinstance(entry, str) and "*" in entry:
        return sorted((uri for uri in uris if fnmatchcase(uri, entry) and uri not in named), key=_place) or [entry]
    return [_resolved(entry, uris, named)]


def _place(uri: str) -> tuple[str, bool, str]:
    folder, _, name = uri.rpartition("/")
    return folder, name not in FIRST, name


def _strings(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    within = nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ()
    return [string for each in within for string in _strings(each)]
