"""Gives every book that is there already its barcode, in the order in which they were added."""

from typing import Any

from django.db import migrations, models

from catalog.models.barcodes import number_existing
from catalog.policies import BarcodeKind


def number_books(apps: Any, schema_editor: Any) -> None:
    number_existing(apps, "catalog.Book", BarcodeKind.BOOK)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_hold_shelf"),
    ]

    operations = [
        migrations.RunPython(number_books, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.UniqueConstraint(
                fields=("barcode",),
                name="catalog_book_barcode_unique",
                violation_error_message="Another book has this barcode.",
            ),
        ),
    ]
