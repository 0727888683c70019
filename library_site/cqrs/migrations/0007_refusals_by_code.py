from django.db import migrations, models

from library_site.postgresql.indexes import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False  # the index is made while the library is at work

    dependencies = [
        ("cqrs", "0006_append_only"),
    ]

    operations = [
        AddIndexQuietly(
            model_name="journalentry",
            index=models.Index(
                fields=["code", "id"], condition=models.Q(("code", ""), _negated=True), name="cqrs_journal_code"
            ),
        ),
    ]
