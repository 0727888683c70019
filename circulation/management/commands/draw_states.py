"""Draws docs/states.md from the tables that the commands move by."""

from typing import Any

from django.core.management.base import BaseCommand

from circulation.management.state_pictures import page


class Command(BaseCommand):
    help = "Prints docs/states.md: what can become of a book, a loan, a reservation and a person."
    requires_system_checks: Any = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
