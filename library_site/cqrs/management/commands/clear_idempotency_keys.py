"""What is to be done every day: idempotency keys that are old enough are forgotten."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from library_site.cqrs import keys


class Command(BaseCommand):
    help = (
        "Deletes the idempotency keys that are older than IDEMPOTENCY_KEY_DAYS: a request that is sent again after "
        "that is carried out again. The journal keeps what they were for."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        days = settings.IDEMPOTENCY_KEY_DAYS
        number = keys.forget(timezone.now() - timedelta(days=days))
        self.stdout.write(f"Keys older than {days} days: {number} forgotten.")
