"""Charts as SVG, drawn by pygal: no script, nothing from outside, the same bytes for the same numbers.

It is imported when there is something to draw, as it would slow every start.

They are legible without colour: a second line is dashed and its dots are hollow, a bar of its own kind is hatched, and
values and names are written beside them. Where the screen is dark, so are they.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Comment, Element, SubElement

from library_site.cqrs.texts import grouped

COLOURS = "--ink:{};--soft:{};--line:{};--first:{};--second:{};--paper:{}"
LIGHT = COLOURS.format("#1d2421", "#56605b", "#d9d8d0", "#1c5a4a", "#8f4708", "#fff")
DARK = COLOURS.format("#e9ece7", "#a9b3ac", "#343c38", "#86cfb8", "#f0a24b", "#1d2320")

CSS = f"""inline:
:root {{ {LIGHT} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
.background, .nofill {{ fill: none; }}
text {{ fill: var(--ink); }}
.axis text {{ fill: var(--soft); }}
.axis.x text {{ text-anchor: middle; }}
.axis.y text {{ text-anchor: end; }}
.line {{ stroke-width: 2.5; }}
.axis .line {{ stroke: var(--line); stroke-width: 1; }}
.axis.x .guides .line {{ stroke: none; }}
.color-0 {{ fill: var(--first); stroke: var(--first); --own: var(--first); }}
.color-1 {{ fill: var(--second); stroke: var(--second); --own: var(--second); }}
.color-1 .line {{ stroke-dasharray: 7 4; }}
.color-1 .dot {{ fill: var(--paper); stroke-width: 2; }}
.dense .series .line {{ stroke-width: 1.25; }}
.bar .hatched {{ fill: url(#hatch); }}
text.name {{ fill: var(--own); stroke: none; font-weight: 600; }}
.text-overlay text {{ fill: var(--ink); stroke: none; font-weight: 600; text-anchor: start; }}
.bars-only .axis text {{ fill: var(--ink); }}
"""
HATCH = (
    '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V7" style="stroke: var(--first); stroke-width: 5"/></pattern>'
)
FONT = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
NAME_HEIGHT = 18
DENSE = 62
"""Beyond so many points, two months of days, lines are thin and have no dots."""

NOT_DRAWN = (Comment, "script", "desc", "title")


class Size(NamedTuple):
    """Of a chart, in pixels: of it all, and of its letters; how many labels there is room for, and of which length."""

    width: int
    height: int
    letters: int
    labels: int
    length: int


WIDE = Size(640, 320, 15, 6, 32)
NARROW = Size(340, 300, 14, 3, 17)


class Bar(NamedTuple):
    label: str
    value: int
    hatched: bool = False


def lines(series: Mapping[str, Sequence[int]], labels: Sequence[str], *, title: str, size: Size) -> bytes:
    """A line for each of one or two series, with its name at its end."""
    import pygal

    room = max(len(name) for name in series) * size.letters * 0.72
    every, dense = -(-len(labels) // size.labels), len(labels) > DENSE
    chart = pygal.Line(
        _config(size),
        margin_right=room,
        classes=("dense",) if dense else (),
        x_labels=["" if place % every else label for place, label in enumerate(labels)],
        dots_size=0 if dense else 3.5,
        include_x_axis=True,
        min_scale=3,
        max_scale=6,
    )
    for name, values in series.items():
        chart.add(name, values)
    return _drawn(chart, title, size, list(series))


def bars(rows: Sequence[Bar], *, title: str, size: Size) -> bytes:
    """A bar for each row, from the top, with its value at its end."""
    import pygal

    chart = pygal.HorizontalBar(
        _config(size),
        classes=("bars-only",),
        margin_right=4 * size.letters,
        show_x_labels=False,
        print_values=True,
        print_values_position="top",
        x_labels=[_shortened(row.label, size.length) for row in rows][::-1],
        y_labels=[0, max((row.value for row in rows), default=0) or 1],
    )
    node = {True: {"class": "rect hatched"}, False: {}}
    chart.add("", [{"value": row.value, "node": node[row.hatched]} for row in rows][::-1])
    return _drawn(chart, title, size)


def _config(size: Size) -> Any:
    import pygal
    from pygal.style import Style

    style = Style(font_family=FONT, label_font_size=size.letters, major_label_font_size=size.letters)
    style.value_font_size = style.no_data_font_size = size.letters
    return pygal.Config(
        style=style,
        css=[CSS],
        js=[],
        defs=[HATCH],
        width=size.width,
        height=size.height,
        explicit_size=True,
        no_prefix=True,
        margin=10,
        spacing=6,
        show_legend=False,
        order_min=0,
        truncate_label=-1,
        value_formatter=lambda value: grouped(int(value)),
    )


def _drawn(chart: Any, title: str, size: Size, names: Sequence[str] = ()) -> bytes:
    def finish(root: Element) -> Element:
        _leave_the_picture(root)
        root.attrib |= {"role": "img", "font-family": FONT, "font-size": str(size.letters)}
        SubElement(root, "title").text = title
        _name_lines(root, names)
        return root

    chart.add_xml_filter(finish)
    drawn: bytes = chart.render()
    return drawn


def _leave_the_picture(root: Element) -> None:
    """Take away what is for scripts, and what says when and by what it was drawn."""
    del root.attrib["id"]
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in NOT_DRAWN or "tooltip" in child.get("class", "").split("-"):
                parent.remove(child)


def _name_lines(root: Element, names: Sequence[str]) -> None:
    """Write the name of each line at its end, the names apart."""
    series = [group for group in root.iter("g") if group.find("g/circle") is not None]
    ends = [list(group.iter("circle"))[-1] for group in series]
    heights = _apart([float(end.get("cy", 0)) for end in ends])
    for name, group, end, height in zip(names, series, ends, heights, strict=True):
        place = {"x": f"{float(end.get('cx', 0)) + 9:.1f}", "y": f"{height + 5:.1f}"}
        SubElement(group, "text", {"class": "name"} | place).text = name


def _apart(heights: list[float]) -> list[float]:
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= NAME_HEIGHT:
        return heights
    middle, half = sum(heights) / 2, NAME_HEIGHT / 2
    return [middle - half, middle + half] if heights[0] <= heights[1] else [middle + half, middle - half]


def _shortened(label: str, length: int) -> str:
    return label if len(label) <= length else f"{label[: length - 1].rstrip()}…"
