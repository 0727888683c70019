"""What every test has, whichever app it belongs to."""

from tests.browser import browser_type_launch_args, chromium, open_desk, page
from tests.conftest import api, desk, handle, librarian, one_door, pytest_collection_modifyitems, supervisor, token
from tests.migrated_postgresql import django_db_modify_db_settings
from tests.migrated_sqlite import django_db_keepdb, django_db_setup, give_migrated, migrated, turn

__all__ = [
    "api",
    "browser_type_launch_args",
    "chromium",
    "desk",
    "django_db_keepdb",
    "django_db_modify_db_settings",
    "django_db_setup",
    "give_migrated",
    "handle",
    "librarian",
    "migrated",
    "one_door",
    "open_desk",
    "page",
    "pytest_collection_modifyitems",
    "supervisor",
    "token",
    "turn",
]
