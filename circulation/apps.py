from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext_lazy as _


class CirculationConfig(AppConfig):
    name = "circulation"
    verbose_name = _("Circulation")

    def ready(self) -> None:
        from . import commands, queries, records  # noqa: F401 - registers the handlers
        from .domain import new_copies as arrivals  # noqa: F401 - hears of new copies

        register(check_moves)


def check_moves(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a command that calls what moves things, and does not declare these moves: it would fail when it runs."""
    from library_site.cqrs.operations import all_operations

    from .states import undeclared

    commands = [each for each in all_operations() if each.app == CirculationConfig.name and not each.is_query]
    hint = "See @moves in circulation/states.py, and commands/return_book.py for an example."
    return [Error(lacking, hint=hint) for each in commands for lacking in undeclared(each.handler)]
