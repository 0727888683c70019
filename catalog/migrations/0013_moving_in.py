"""Books without author, all who wrote them, where they stand, how they are; and one table of all barcodes."""

import django.db.models.deletion
from django.db import migrations, models

import catalog.models.barcodes
import library_site.cqrs.validation


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0012_names_as_seen"),
        ("circulation", "0013_moving_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="book",
            name="condition",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What the desk is to know when it comes back: a torn page, a CD in it.",
                max_length=200,
                validators=[library_site.cqrs.validation.plain_text],
                verbose_name="condition",
            ),
        ),
        migrations.AddField(
            model_name="book",
            name="shelf_mark",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Where it stands, as its spine label has it.",
                max_length=100,
                validators=[library_site.cqrs.validation.plain_text],
                verbose_name="shelf mark",
            ),
        ),
        migrations.AddField(
            model_name="book",
            name="statement_of_responsibility",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="All who wrote, translated or edited it, as the title page has them.",
                max_length=1000,
                validators=[library_site.cqrs.validation.plain_text],
                verbose_name="statement of responsibility",
            ),
        ),
        migrations.AlterField(
            model_name="book",
            name="author",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty for a book that has none, as an atlas or minutes.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="catalog.author",
                verbose_name="author",
            ),
        ),
        migrations.AlterField(
            model_name="book",
            name="barcode",
            field=catalog.models.barcodes.BarcodeField(kind="3", max_length=32, verbose_name="barcode"),
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                (
                    "key",
                    models.CharField(
                        editable=False, max_length=32, primary_key=True, serialize=False, verbose_name="barcode"
                    ),
                ),
                ("replaced_at", models.DateTimeField(editable=False, null=True, verbose_name="replaced at")),
                (
                    "book",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="catalog.book",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="circulation.libraryuser",
                    ),
                ),
            ],
            options={
                "verbose_name": "code",
                "verbose_name_plural": "codes",
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("book__isnull", True), ("user__isnull", False)),
                            models.Q(("book__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="catalog_code_of_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("book",),
                        name="catalog_code_one_of_a_book",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("user",),
                        name="catalog_code_one_of_a_user",
                    ),
                ],
            },
        ),
    ]
