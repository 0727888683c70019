import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cqrs", "0004_keys"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="journalentry", name="cqrs_one_effect_per_key"),
        migrations.RemoveField(model_name="journalentry", name="fingerprint"),
        migrations.RemoveField(model_name="journalentry", name="idempotency_key"),
        migrations.AddField(
            model_name="journalentry",
            name="whole",
            field=models.ForeignKey(
                help_text="The entry of what was carried out together with it.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="cqrs.journalentry",
                verbose_name="part of",
            ),
        ),
    ]
