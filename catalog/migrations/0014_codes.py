"""Every barcode that was printed before. By itself, since books and people are locked while their columns change."""

from typing import Any

from django.db import migrations

FILL = """
INSERT INTO catalog_code (key, {owner}_id)
SELECT UPPER(barcode), id FROM {table} WHERE barcode <> '' ON CONFLICT DO NOTHING
"""


def fill_codes(apps: Any, schema_editor: Any) -> None:
    """Every barcode that was printed before: all had 14 digits, of which the first told books from cards."""
    for owner, table in (("book", "catalog_book"), ("user", "circulation_libraryuser")):
        schema_editor.execute(FILL.format(owner=owner, table=table))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_moving_in")]

    operations = [migrations.RunPython(fill_codes, migrations.RunPython.noop)]
