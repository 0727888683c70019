from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CirculationConfig(AppConfig):
    name = "circulation"
    verbose_name = _("Circulation")

    def ready(self) -> None:
        from . import commands, queries  # noqa: F401 - registers the handlers
        from .domain import arrivals  # noqa: F401 - hears of new copies
