"""Whoever imports this has Django ready, with all operations and URLs: what is generated is read from them."""

import os

import django
from django.apps import apps
from django.utils import translation

if not apps.ready:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="library_site.settings",
        DEBUG="True",  # it needs no secret
        DATABASE_URL="sqlite://:memory:",
        LIBRARY_OPERATIONS="*",
    )
    django.setup()

in_english = translation.override("en")
"""Decorates what reads words that are translated."""
