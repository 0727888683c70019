"""What deployment takes beside Zappa: `python -m deploy --help`."""

import logging
import os

import django

# The code's own operations and URLs, all of them, whatever the environment is for.
os.environ.update(
    DJANGO_SETTINGS_MODULE="library_site.settings",
    DEBUG="True",  # it needs no secret
    DATABASE_URL="sqlite://:memory:",
    LIBRARY_OPERATIONS="*",
)
django.setup()
logging.getLogger("botocore").setLevel(logging.WARNING)

from deploy.commands import main  # noqa: E402 - it needs Django

main()
