"""What the library is called, and where it is."""

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
    ]
