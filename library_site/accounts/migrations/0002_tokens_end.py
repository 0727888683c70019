"""Tokens that would never end, as the admin made them, end in a year."""

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.utils import timezone

YEAR = timedelta(days=365)


def end(apps: Any, schema_editor: Any) -> None:
    tokens = apps.get_model("knox", "AuthToken").objects.using(schema_editor.connection.alias)
    tokens.filter(expiry=None).update(expiry=timezone.now() + YEAR)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_failures"), ("knox", "0009_extend_authtoken_field")]

    operations = [migrations.RunPython(end, migrations.RunPython.noop)]
