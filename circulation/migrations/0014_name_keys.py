"""By which namesakes are found."""

from itertools import islice
from typing import Any

from django.db import migrations

from catalog.text import name_key

_BATCH = 500
_LENGTH = 100


def fold_names(apps: Any, schema_editor: Any) -> None:
    """Of those who have none yet; repeated, it goes on."""
    users = apps.get_model("circulation", "LibraryUser").objects
    rows = users.filter(name_key="").only("pk", "name").iterator(2000)
    while some := list(islice(rows, _BATCH)):
        for each in some:
            each.name_key = name_key(each.name)[:_LENGTH]
        users.bulk_update(some, ["name_key"])


class Migration(migrations.Migration):
    dependencies = [("circulation", "0013_moving_in")]

    operations = [migrations.RunPython(fold_names, migrations.RunPython.noop)]
