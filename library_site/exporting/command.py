"""A management command that writes a file of what the library has.

class Command(ExportCommand):
    things = "people"
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db import reset_queries
from tqdm import tqdm

from library_site.cqrs.answers import DATABASE_OUTAGES

from .files import whole_file

T = TypeVar("T")


class ExportCommand(BaseCommand):
    """`things` are what it writes, `written` how many of them so far."""

    things: ClassVar[str]
    written = 0

    exit_status = (
        "The file gets its name when all is in it; until then a file of this name stays as it was. Exit status: 0 when "
        "all is written; 1 when something could not be; 130 when it was interrupted."
    )

    def pieces(self, options: dict[str, Any]) -> Iterator[bytes]:
        """The file, in pieces."""
        raise NotImplementedError

    def left_out(self) -> str:
        """What could not be written, once all the rest is; "" is nothing."""
        return ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", type=Path, nargs="?", help="What is written; without it, or -: standard output."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = None if options["file"] in {None, Path("-")} else options["file"]
        with _reasons(path), whole_file(path) as file:
            for piece in self.pieces(options):
                file.write(piece)
        self.stderr.write(f"{self.written:,} {self.things} {f'are in {path}' if path else 'written'}.", str)
        if left_out := self.left_out():
            raise CommandError(left_out)

    def with_progress(self, rows: Iterable[T], total: int, of: Callable[[T], int] = lambda row: 1) -> Iterator[T]:
        """The rows, with a bar on standard error, if that is a terminal; `of` how many things each is."""
        with tqdm(total=total, unit=f" {self.things}", disable=None, file=sys.stderr) as bar:
            for row in rows:
                yield row
                self.written += of(row)
                bar.update(of(row))
                reset_queries()  # which Django keeps where DEBUG is set


@contextmanager
def _reasons(path: Path | None) -> Iterator[None]:
    """Why nothing is written, in words. Raises CommandError."""
    try:
        yield
    except BrokenPipeError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its end
        raise CommandError("Nobody reads the rest of it.") from error
    except OSError as error:
        raise CommandError(f"{path or 'Standard output'} cannot be written: {error.strerror}.") from error
    except DATABASE_OUTAGES as error:
        raise CommandError("The database does not answer: nothing is exported.") from error
    except KeyboardInterrupt as error:
        raise CommandError("Interrupted: nothing is exported.", returncode=130) from error
