"""Where queries read."""

from django.conf import settings


def read_database() -> str:
    """The alias of the read database: the replica where there is one, else the primary."""
    return "replica" if "replica" in settings.DATABASES else "default"
