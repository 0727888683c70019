"""Once more the names by which namesakes are found: release 0.5.0 may have written some after 0.6.0 had come."""

from typing import Any

from django.db import migrations

from catalog.text import name_key

_LENGTH, _BATCH = 100, 500


def fold_names(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("circulation", "LibraryUser").objects
    stale = []
    for each in users.only("pk", "name", "name_key").iterator(2000):
        if each.name_key != (key := name_key(each.name)[:_LENGTH]):
            each.name_key = key
            stale.append(each)
    users.bulk_update(stale, ["name_key"], batch_size=_BATCH)


class Migration(migrations.Migration):
    dependencies = [("circulation", "0015_file_imports")]

    operations = [migrations.RunPython(fold_names, migrations.RunPython.noop)]
