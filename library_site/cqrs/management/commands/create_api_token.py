"""A token for a client of the REST API."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from knox.models import AuthToken

MAX_DAYS = 36_500


class Command(BaseCommand):
    help = "Prints a new API token, alone on its line. It is shown this once: the library keeps only its digest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME", help="The staff account that the client acts as.")
        parser.add_argument("--days", type=_days, default=365, help="How long it is valid, in days (%(default)s).")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no staff account “{username}”.")
        if not user.is_active:
            raise CommandError(f"The account “{username}” is not active: its tokens would be refused.")
        _, token = AuthToken.objects.create(user, expiry=timedelta(days=options["days"]))
        self.stdout.write(token)


def _days(text: str) -> int:
    days = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= days <= MAX_DAYS:
        raise ArgumentTypeError(f"{text!r} is not a number of days from 1 to {MAX_DAYS}.")
    return days
