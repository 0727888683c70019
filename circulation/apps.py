from django.apps import AppConfig


class CirculationConfig(AppConfig):
    name = "circulation"

    def ready(self) -> None:
        from . import arrivals, commands, queries  # noqa: F401 - registers the handlers
