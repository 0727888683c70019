"""Pieces of Markdown."""

import json
from collections.abc import Iterable, Sequence
from typing import Any


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells of a row may hold line breaks and bars."""
    lines = [_row(head), "|" + "---|" * len(head), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", r"\|") for cell in cells) + " |"


def fence(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def json_fence(value: Any) -> str:
    return fence("json", json.dumps(value, indent=2, ensure_ascii=False))


def of_code(words: Iterable[str]) -> str:
    """The words as code, with commas between them."""
    return ", ".join(f"`{word}`" for word in words)


def to_operation(name: str) -> str:
    """A link to the page of another operation."""
    return f"[{name}]({name}.md)"


def to_code(path: str, text: str = "", name: str = "") -> str:
    """A link from a page of the reference to a file of the repository, or to what has this name in it."""
    return f"[{text or path}](../../{path}{'#' if name else ''}{name})"


def path_of(module: str) -> str:
    return f"{module.replace('.', '/')}.py"
