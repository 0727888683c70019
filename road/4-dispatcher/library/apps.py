from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "library"

    def ready(self):
        """Import every command and every query: each registers its handler."""
        for folder in ("library.commands", "library.queries"):
            for module in iter_modules(import_module(folder).__path__):
                import_module(f"{folder}.{module.name}")
