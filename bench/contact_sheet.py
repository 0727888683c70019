"""All screenshots of a folder on one page, to look through: each page of the library on every screen, in a row."""

import sys
from collections import defaultdict
from pathlib import Path

from django.utils.html import format_html, format_html_join

SHEET = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Screenshots</title>
<style>
  body {{ font: 1rem system-ui, sans-serif; margin: 1rem; background: #777; }}
  section {{ display: flex; gap: 1rem; align-items: start; overflow-x: auto; }}
  h2 {{ margin: 2rem 0 .5rem; color: #fff; }}
  figure {{ margin: 0; }}
  figcaption {{ color: #fff; }}
  img {{ display: block; width: 40rem; height: 26rem; object-fit: cover; object-position: left top; }}
  img[src*="-390-"] {{ width: 16rem; }}
</style>
{}
</html>
"""


def contact_sheet(folder: Path) -> Path:
    """Write index.html beside the pictures, which are named PAGE-WIDTH-SCHEME.png. Returns where it is."""
    rows: dict[str, list[Path]] = defaultdict(list)
    for picture in sorted(folder.glob("*.png")):
        rows[picture.stem.rsplit("-", 2)[0]].append(picture)
    sections = format_html_join(
        "\n", '<h2 id="{0}">{0}</h2>\n<section>{1}</section>', ((name, _row(rows[name])) for name in sorted(rows))
    )
    sheet = folder / "index.html"
    sheet.write_text(format_html(SHEET, sections))
    return sheet


def _row(pictures: list[Path]) -> str:
    figure = '<figure><a href="{0}"><img src="{0}" alt="{1}" loading="lazy"></a><figcaption>{1}</figcaption></figure>'
    return format_html_join("\n", figure, ((picture.name, picture.stem) for picture in pictures))


if __name__ == "__main__":
    sys.stdout.write(f"{contact_sheet(Path(sys.argv[1]))}\n")
