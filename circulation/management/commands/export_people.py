"""The people as a file. Adapter: it translates, nothing else."""

from collections.abc import Iterator
from typing import Any

from django.utils.timezone import localdate

from circulation.exporting.as_rows import csv_of
from circulation.reading.every_user import every_user, how_many_users
from library_site.exporting.command import ExportCommand


class Command(ExportCommand):
    help = (
        "Writes everybody who borrows into a CSV file, of which import_people makes the same people again: verified, "
        "not verified, or suspended, until when and why. Who was verified before a suspension is not, after one that "
        "was imported. What they have on loan is not in it. "
        f"{ExportCommand.exit_status}"
    )
    things = "people"

    def pieces(self, options: dict[str, Any]) -> Iterator[bytes]:
        return csv_of(self.with_progress(every_user(), how_many_users()), localdate())
