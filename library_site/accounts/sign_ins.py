"""Who signs in, and who is refused. Of what was typed nothing is kept: people type passwords where names belong."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver

from library_site.cqrs import journal
from library_site.cqrs.context import Actor, Context
from library_site.rest.clients import network_of
from library_site.rest.throttles import refusals

from .strangers.attempts import prune
from .watch import is_unwatched
from .who import source_of

NAME = "SignIn"


@receiver(user_logged_in)
def signed_in(user: User, request: Any, **kwargs: Any) -> None:
    request.signed_in = user
    if not is_unwatched():
        journal.record(NAME, {}, Context(actor=Actor.of_user(user), source=source_of(request)))


@receiver(user_login_failed)
def not_signed_in(credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    refused(request, _account_id(credentials.get("username")), "wrong_credentials")
    prune()


def not_looked_at(request: Any, name: str) -> None:
    """There were too many attempts: of a client that goes on all the same, each process writes an entry a minute."""
    if not refusals.wait_of(network_of(request)):
        refused(request, _account_id(name), "too_many_attempts")


def _account_id(name: Any) -> int | None:
    return User.objects.filter(username=name).values_list("pk", flat=True).first()


def refused(request: Any, account_id: int | None, code: str) -> None:
    arguments = {"account_id": account_id} if account_id else {}
    journal.record(NAME, arguments, Context(actor=Actor.anonymous(), source=source_of(request)), code=code)
