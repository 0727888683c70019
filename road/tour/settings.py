"""The product's settings, but for static files: those of the tour need not be collected first."""

from library_site.settings import *  # noqa: F403 - all of them
from library_site.settings import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
