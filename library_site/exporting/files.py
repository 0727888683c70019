"""A file that is there as a whole, or not at all."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copymode
from typing import BinaryIO


@contextmanager
def whole_file(path: Path | None) -> Iterator[BinaryIO]:
    """To write into. Of a file nobody sees anything until all is written; None is standard output."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif path.exists() and not path.is_file():
        with path.open("wb") as pipe:
            yield pipe
    else:
        with _beside(path.resolve()) as file:
            yield file


@contextmanager
def _beside(path: Path) -> Iterator[BinaryIO]:
    """It gets its name once it is on the disk; the file of before stays until then."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
