"""What an operator does for somebody who is kept out."""

from typing import Any

from django.core.management.base import BaseCommand

from library_site.accounts.models import Failures


class Command(BaseCommand):
    help = (
        "Forgets the failed sign-ins that are counted: whoever was kept waiting may try again at once. By itself each "
        "is forgotten after a quarter of an hour, and a device where somebody has signed in before waits for nobody."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        number, _ = Failures.objects.all().delete()
        self.stdout.write(f"Counts of failed sign-ins: {number} forgotten.")
