from typing import Any

from django.db import migrations, models

TYPED = ("AccessAttempt", "AccessFailureLog", "AccessLog")


def forget_what_was_typed(apps: Any, schema_editor: Any) -> None:
    """django-axes kept what was typed as names, among which there are passwords."""
    for name in TYPED:
        apps.get_model("axes", name).objects.all().delete()


class Migration(migrations.Migration):
    initial = True

    dependencies = [("axes", "0010_accessattemptexpiration")]

    operations = [
        migrations.CreateModel(
            name="Failures",
            fields=[
                ("key", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("until", models.FloatField(db_index=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(forget_what_was_typed, migrations.RunPython.noop, elidable=True),
    ]
