from typing import Any

from django.db import migrations, models


def make_sequence(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE SEQUENCE cqrs_journal_number")


def drop_sequence(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP SEQUENCE cqrs_journal_number")


class Migration(migrations.Migration):
    dependencies = [
        ("cqrs", "0005_entries_without_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="journalentry",
            name="changes",
            field=models.JSONField(
                default=list,
                help_text="What the rows that it changed were then, less what is empty.",
                verbose_name="changes",
            ),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="number",
            field=models.BigIntegerField(
                editable=False,
                help_text=("The order in which rows were changed; empty: of before there was an opening balance."),
                null=True,
                unique=True,
            ),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="left_out",
            field=models.PositiveIntegerField(
                default=0,
                help_text="How many refusals before it have no entry, as there were too many.",
                verbose_name="left out",
            ),
        ),
        migrations.RunPython(make_sequence, drop_sequence),
    ]
