"""Searches fold what people do not type: the keys of people, and what PostgreSQL finds them by."""

from django.db import migrations

from catalog.models.search import search_key
from catalog.models.search_index import create_index, create_index_of_before, fold, forget_lexemes, keep_lexemes

TABLE = "circulation_libraryuser"


def key_of_person(name: str, email: str) -> str:
    return search_key(name, also=email)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("circulation", "0008_opening_balance")]

    operations = [
        migrations.RunPython(keep_lexemes(TABLE), forget_lexemes(TABLE)),
        migrations.RunPython(
            fold("circulation.LibraryUser", "name", "email", key=key_of_person), migrations.RunPython.noop
        ),
        migrations.RunPython(create_index(TABLE), create_index_of_before(TABLE)),
    ]
