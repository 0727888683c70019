import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

MOVE_KEYS = """
INSERT INTO cqrs_idempotencykey (actor, key, fingerprint, entry_id, at)
SELECT actor, idempotency_key, fingerprint, id, at FROM cqrs_journalentry
WHERE outcome = 'CARRIED_OUT' AND idempotency_key IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cqrs", "0003_names_to_be_read"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "actor", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("actor", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=97)),
                (
                    "entry",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="cqrs.journalentry"),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["at"], name="cqrs_key_at")],
            },
        ),
        migrations.RunSQL(MOVE_KEYS, migrations.RunSQL.noop, elidable=True),
    ]
