"""Graphviz's language, as far as it is needed. How it looks is the site's concern."""

from collections.abc import Iterable


def graph(title: str, lines: Iterable[str], *, direction: str = "TB") -> str:
    """A picture with arrows; its title is said to who does not see it."""
    return "\n".join(
        [f'digraph "{title}" {{', f"  rankdir={direction}", "  ranksep=0.35", "  node [shape=box]", *lines, "}", ""]
    )


def box(name: str, text: str = "", shape: str = "") -> str:
    """A box with a text, which may have several lines."""
    said = text.replace('"', r"\"").replace("\n", r"\n") or name
    return f'  {name} [label="{said}"{f" shape={shape}" if shape else ""}]'


def arrow(start: str, end: str, text: str = "") -> str:
    said = text.replace("\n", r"\n")
    return f"  {start} -> {end}" + (f' [label=" {said} "]' if text else "")


def cluster(name: str, title: str, lines: Iterable[str]) -> list[str]:
    """Boxes with a frame around them."""
    return [
        f"  subgraph cluster_{name} {{",
        f'    label="{title}" labeljust=l',
        *(f"  {line}" for line in lines),
        "  }",
    ]
