"""Whether a release runs on the database as it is: asked before functions go back to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from library_site.releases import RELEASE
from library_site.releases.schema import UnknownRelease, obstacles


class Command(BaseCommand):
    help = "Fails, and says why, if this release would not run on the database as it is; without one, names our own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("release", nargs="?", default=RELEASE, metavar="RELEASE", help="such as 0.1.0")

    def handle(self, *args: Any, release: str, **options: Any) -> None:
        try:
            found = obstacles(release)
        except UnknownRelease as error:
            raise CommandError(str(error)) from error
        if found:
            raise CommandError(f"Release {release} does not run on this database. {' '.join(found)}")
        self.stdout.write(f"Release {release} runs on this database.")
