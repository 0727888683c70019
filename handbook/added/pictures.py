"""The pictures of the librarians' manual, which `make docs` takes of the desk before the site is built."""

import os
import re
from base64 import b64decode
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

MADE = Path("build/manual")
MANUAL = "librarians"
WITHOUT = "HANDBOOK_WITHOUT_PICTURES"
"""An environment variable with which the site is built though there are none: its other pages can be looked at."""

NOTHING = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")


def add_pictures(root: Path, files: Files, config: MkDocsConfig) -> None:
    """docs/librarians/pictures/en/NAME.png is, to a page, what build/manual/en/NAME.png is."""
    for path in sorted((root / MADE).glob("*/*.png")):
        uri = f"{MANUAL}/pictures/{path.relative_to(root / MADE).as_posix()}"
        files.append(File.generated(config, uri, abs_src_path=str(path), inclusion=InclusionLevel.INCLUDED))
    if os.environ.get(WITHOUT):
        for name in _wanted(Path(config.docs_dir) / MANUAL):
            uri = f"{MANUAL}/{name}"
            if not files.get_file_from_path(uri):
                files.append(File.generated(config, uri, content=NOTHING, inclusion=InclusionLevel.INCLUDED))


def _wanted(manual: Path) -> list[str]:
    text = "\n".join(path.read_text() for path in manual.glob("*/*.md"))
    return sorted(set(re.findall(r"\bpictures/\w+/[\w-]+\.png", text)))
