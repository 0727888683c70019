"""Spans of days on which the library is closed."""

from django.db import migrations, models

import library_site.cqrs.ids
import library_site.cqrs.validation


class Migration(migrations.Migration):
    dependencies = [
        ("circulation", "0009_search_lexemes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=library_site.cqrs.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first", models.DateField(verbose_name="first day")),
                ("last", models.DateField(verbose_name="last day")),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[library_site.cqrs.validation.plain_text],
                        verbose_name="note",
                    ),
                ),
            ],
            options={
                "verbose_name": "closure",
                "verbose_name_plural": "closures",
                "ordering": ["first"],
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="circulation_closure_is_a_span"
                    )
                ],
            },
        ),
    ]
