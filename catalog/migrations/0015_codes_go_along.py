"""A code goes with its book or person, whoever deletes that: the version before knows nothing of codes."""

from typing import Any

from django.db import migrations

_ALTER = """
ALTER TABLE catalog_code DROP CONSTRAINT {name}, ADD CONSTRAINT {name} FOREIGN KEY ({column})
REFERENCES {table} (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""


def cascade(apps: Any, schema_editor: Any) -> None:
    """On PostgreSQL. On SQLite, no two versions are at work at once."""
    connection, quoted = schema_editor.connection, schema_editor.quote_name
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "catalog_code")
    for name, each in found.items():
        if each["foreign_key"]:
            table, [column] = each["foreign_key"][0], each["columns"]
            schema_editor.execute(_ALTER.format(name=quoted(name), column=quoted(column), table=quoted(table)))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0014_codes")]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
