"""The staff account of the demonstration library."""

import os
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from library_site.cqrs.permissions import LIBRARIANS, SUPERVISORS

USERNAME = "librarian"
VARIABLE = "DEMO_STAFF_PASSWORD"


class Command(BaseCommand):
    help = (
        f"Makes the staff account “{USERNAME}”, with the password in {VARIABLE} (environment or .env), and prints how "
        "to sign in. An account that exists is left as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get(VARIABLE, "")
        if not password:
            raise CommandError(f"Set {VARIABLE}, in the environment or in .env, to the password that it shall have.")
        user = User.objects.filter(username=USERNAME).first() or _librarian(password)
        if user.check_password(password):
            self.stdout.write(f"Sign in as {USERNAME} with the password {password}")
        else:
            self.stdout.write(
                f"Sign in as {USERNAME}. Its password has been changed since this account was made, and stays so: "
                f"it is no longer the one in {VARIABLE}."
            )


@transaction.atomic
def _librarian(password: str) -> User:
    """A new account that may carry out every operation, override refusals, and open the admin; no superuser."""
    groups = Group.objects.filter(name__in=[LIBRARIANS, SUPERVISORS])
    if len(groups) < 2:
        raise CommandError(f"The groups “{LIBRARIANS}” and “{SUPERVISORS}” are not both there: run “migrate” first.")
    user = User.objects.create_user(USERNAME, password=password, is_staff=True)
    user.groups.set(groups)
    return user
