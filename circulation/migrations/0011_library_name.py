"""What the library is called, and where it is."""

import django.core.validators
from django.db import migrations, models

import library_site.cqrs.validation


class Migration(migrations.Migration):
    dependencies = [
        ("circulation", "0010_closures"),
    ]

    operations = [
        migrations.AddField(
            model_name="librarypolicy",
            name="library_address",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=200,
                validators=[library_site.cqrs.validation.plain_text],
                verbose_name="address",
            ),
        ),
        migrations.AddField(
            model_name="librarypolicy",
            name="library_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=60,
                validators=[library_site.cqrs.validation.plain_text],
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="librarypolicy",
            name="shelf_days",
            field=models.PositiveSmallIntegerField(
                default=7,
                help_text="Open days that a reserved book waits there; 0: until the end of the day. From 0 to 365.",
                validators=[
                    django.core.validators.MinValueValidator(0, "At least 0."),
                    django.core.validators.MaxValueValidator(365, "At most 365."),
                ],
                verbose_name="days on the hold shelf",
            ),
        ),
    ]
