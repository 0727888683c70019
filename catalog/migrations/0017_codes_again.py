"""Once more every barcode that has no code: release 0.5.0, which knew none, may have been at work after 0.6.0 had come."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from library_site.cqrs.barcodes import is_numbered

LOST = "SELECT id, barcode FROM {table} WHERE NOT EXISTS (SELECT 1 FROM catalog_code WHERE key = barcode)"
REPLACE = "UPDATE catalog_code SET replaced_at = %s WHERE replaced_at IS NULL AND {owner}_id = %s"
FILL = "INSERT INTO catalog_code (key, {owner}_id) VALUES (%s, %s)"


def fill_codes(apps: Any, schema_editor: Any) -> None:
    """It gave numbers of our own series alone; what they took the place of is no longer good."""
    for owner, table in (("book", "catalog_book"), ("user", "circulation_libraryuser")):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(LOST.format(table=table))
            for pk, barcode in [each for each in cursor.fetchall() if is_numbered(each[1])]:
                cursor.execute(REPLACE.format(owner=owner), [timezone.now(), pk])
                cursor.execute(FILL.format(owner=owner), [barcode, pk])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0016_source_records")]

    operations = [migrations.RunPython(fill_codes, migrations.RunPython.noop)]
