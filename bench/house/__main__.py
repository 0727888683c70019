"""`make bench-house`: Django is set up before anything is imported that needs it."""

import os
from importlib import import_module

import django

os.environ.update(DJANGO_SETTINGS_MODULE="tests.settings", TEST_DATABASE_URL="sqlite://:memory:")
django.setup()
import_module("bench.house.walk").main()
