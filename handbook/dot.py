"""Pictures written in Graphviz's language: drawn when the site is built, in the colours that the site has."""

import logging
import re
import shutil
import subprocess
from functools import lru_cache
from html import escape
from typing import Any

from mkdocs.exceptions import PluginError

from .fences import fences

log = logging.getLogger(f"mkdocs.hooks.{__name__}")

# Laid out by a wide font, so that whatever font a reader has fits into the boxes.
LOOK = {
    "-G": {"bgcolor": "transparent", "pad": "0.1", "fontname": "DejaVu Sans", "fontsize": "10.5"},
    "-N": {"fontname": "DejaVu Sans", "fontsize": "10.5", "shape": "box", "style": "rounded", "margin": "0.14,0.07"},
    "-E": {"fontname": "DejaVu Sans", "fontsize": "9.5", "arrowsize": "0.7"},
}
PIXELS_OF_A_POINT = 4 / 3


def validator(language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, Any], md: Any) -> bool:
    """Takes a title, and nothing else: it is what the picture says to who does not see it."""
    options["title"] = inputs.pop("title", "")
    return not inputs


def fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **_: Any) -> str:
    """The HTML of a ```dot fence."""
    title = options["title"] or title_of(source)
    if not title:
        log.warning("A ```dot fence has no title that says what the picture shows: %s …", source[:60])
    return f'<div class="{css_class}" tabindex="0">{picture(source, title)}</div>'


def with_titles(markdown: str) -> str:
    """A page in which a picture that has no title of its own has that of its section."""
    lines, found = markdown.split("\n"), list(fences(markdown))
    within = {each.line - 1 + number for each in found for number in range(each.text.count("\n") + 1)}
    headings = [number for number, line in enumerate(lines) if line.startswith("#") and number not in within]
    for each in found:
        if each.language == "dot" and not (each.title or title_of(each.text)):
            heading = next((lines[number] for number in reversed(headings) if number < each.line), "")
            title = heading.strip("# ").replace('"', "")
            lines[each.line - 2] = f'{lines[each.line - 2].rstrip()} title="{title}"'
    return "\n".join(lines)


def title_of(source: str) -> str:
    """What a graph is called, if its name is in quotes: digraph "Moves of a book" {."""
    found = re.match(r'\s*(?:strict\s+)?(?:di)?graph\s+"([^"]+)"', source)
    return found[1] if found else ""


def picture(source: str, title: str) -> str:
    """An inline SVG, as wide as it wants to be, whose colours are those of the text around it."""
    svg = draw(source)
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r"<title>.*?</title>\n?", "", svg, flags=re.DOTALL
    )  # the names of nodes, which say less than their labels
    svg = re.sub(r' (?:id|font-family)="[^"]*"', "", svg)  # ids would be there twice, with two pictures
    svg = re.sub(r' (stroke|fill)="(?:black|#000000)"', r' \1="currentColor"', svg)
    svg = svg.replace("<text ", '<text fill="currentColor" ')
    return re.sub(r'<svg width="(\d+)pt" height="(\d+)pt"', lambda found: _opening(found, title), svg).strip()


def _opening(found: re.Match[str], title: str) -> str:
    width = round(int(found[1]) * PIXELS_OF_A_POINT)
    return f'<svg role="img" aria-label="{escape(title)}" style="--width: {width}px"'


@lru_cache(maxsize=256)
def draw(source: str) -> str:
    """The SVG as Graphviz makes it."""
    program = shutil.which("dot")
    if program is None:
        raise PluginError(
            "Graphviz is needed for the pictures: `dot` is not on the path (Debian: apt install graphviz)."
        )
    defaults = [f"{kind}{name}={value}" for kind, values in LOOK.items() for name, value in values.items()]
    done = subprocess.run([program, "-Tsvg", *defaults], input=source, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PluginError(f"Graphviz cannot draw this: {done.stderr.strip()}\n{source}")
    return done.stdout
