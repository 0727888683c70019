"""Who signs in, and who is refused. Of what was typed nothing is kept: people type passwords where names belong."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver

from library_site.cqrs import journal
from library_site.cqrs.context import Actor, Context

from .watch import is_unwatched
from .who import source_of

NAME = "SignIn"


@receiver(user_logged_in)
def signed_in(user: User, request: Any, **kwargs: Any) -> None:
    if not is_unwatched():
        journal.record(NAME, {}, Context(actor=Actor.of_user(user), source=source_of(request)))


@receiver(user_login_failed)
def not_signed_in(credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    """(django-axes has heard of it before, and says of the request whether the account is locked.)"""
    account = User.objects.filter(username=credentials.get("username")).values_list("pk", flat=True).first()
    refused(request, account, "locked_out" if getattr(request, "axes_locked_out", False) else "wrong_credentials")


def refused(request: Any, account_id: int | None, code: str) -> None:
    arguments = {"account_id": account_id} if account_id else {}
    journal.record(NAME, arguments, Context(actor=Actor.anonymous(), source=source_of(request)), code=code)
