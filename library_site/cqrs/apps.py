from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class CqrsConfig(AppConfig):
    name = "library_site.cqrs"
    label = "cqrs"
    verbose_name = _("Journal")

    def ready(self) -> None:
        from .management.append_only import make_append_only, make_changeable

        pre_migrate.connect(make_changeable, dispatch_uid="library_site.cqrs.changeable")
        post_migrate.connect(make_append_only, dispatch_uid="library_site.cqrs.append_only")
        register(check_library_operations)
        register(check_idempotency_key_days)


def check_library_operations(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a LIBRARY_OPERATIONS that names what does not exist: a typing error must not take a task off the air."""
    from django.conf import settings

    from .operations import scopes

    return [
        Error(f"LIBRARY_OPERATIONS holds {word!r}, which is no operation.", hint="It may hold: " + ", ".join(known))
        for known in [sorted(scopes())]
        for word in settings.LIBRARY_OPERATIONS
        if word not in known
    ]


QUEUE_DAYS = 14
"""For how long a queue keeps a message, and delivers it again (SQS, at most)."""


def check_idempotency_key_days(**kwargs: Any) -> list[CheckMessage]:
    """Refuse to forget a key while a queue may still deliver its message again."""
    from django.conf import settings

    days = settings.IDEMPOTENCY_KEY_DAYS
    hint = f"A queue keeps a message for {QUEUE_DAYS} days: say as many, or more."
    return [Error(f"IDEMPOTENCY_KEY_DAYS is {days}.", hint=hint)] if days < QUEUE_DAYS else []
