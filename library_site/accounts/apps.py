from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "library_site.accounts"
    default = True

    def ready(self) -> None:
        from library_site.cqrs.permissions import make_permissions

        from . import sign_ins  # noqa: F401 - hears of them
        from .watch import unwatched, watch_all

        def make(**kwargs: Any) -> None:
            with unwatched():
                make_permissions(**kwargs)

        post_migrate.connect(make, weak=False, dispatch_uid="library_site.cqrs.permissions")
        watch_all()
