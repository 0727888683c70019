"""People who have no e-mail address or share one, and what else a library knows of them, if it does."""

from django.db import migrations, models

import catalog.models.barcodes
import circulation.models.users
import library_site.cqrs.validation


class Migration(migrations.Migration):
    dependencies = [
        ("circulation", "0012_names_as_seen"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="libraryuser",
            name="circulation_user_email_unique",
        ),
        migrations.AddField(
            model_name="libraryuser",
            name="address",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                max_length=500,
                validators=[library_site.cqrs.validation.plain_text],
                verbose_name="postal address",
            ),
        ),
        migrations.AddField(
            model_name="libraryuser",
            name="birth_date",
            field=models.DateField(
                blank=True,
                help_text="Tells people of one name apart.",
                null=True,
                validators=[circulation.models.users.not_to_come],
                verbose_name="date of birth",
            ),
        ),
        migrations.AddField(
            model_name="libraryuser",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("en", "English"), ("de", "Deutsch")],
                db_default="",
                default="",
                help_text="In which the library writes; empty: its own.",
                max_length=10,
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="libraryuser",
            name="name_key",
            field=models.CharField(db_default="", default="", editable=False, max_length=100),
        ),
        migrations.AddField(
            model_name="libraryuser",
            name="note",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="For staff; nobody else sees it.",
                max_length=1000,
                validators=[library_site.cqrs.validation.plain_text],
                verbose_name="note",
            ),
        ),
        migrations.AddField(
            model_name="libraryuser",
            name="phone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=50,
                validators=[library_site.cqrs.validation.plain_text],
                verbose_name="telephone",
            ),
        ),
        migrations.AlterField(
            model_name="libraryuser",
            name="barcode",
            field=catalog.models.barcodes.BarcodeField(kind="2", max_length=32, verbose_name="library card"),
        ),
        migrations.AlterField(
            model_name="libraryuser",
            name="email",
            field=models.EmailField(
                blank=True,
                help_text="Empty for who has none; a family may share one.",
                max_length=254,
                verbose_name="e-mail",
            ),
        ),
        migrations.AddIndex(
            model_name="libraryuser",
            index=models.Index(fields=["name_key"], name="circulation_user_name"),
        ),
        migrations.AddIndex(
            model_name="libraryuser",
            index=models.Index(fields=["email_key"], name="circulation_user_email"),
        ),
    ]
