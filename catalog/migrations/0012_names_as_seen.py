"""The names of authors and books are what they look like, and are found by what is seen of them."""

from django.db import migrations

from catalog.models.names_seen import as_seen_now
from catalog.models.search import search_key
from catalog.policies import isbn_10
from catalog.text import name_key

BOOK = {"search_key": lambda it: search_key(it.title, it.author.name, also=f"{it.isbn} {isbn_10(it.isbn) or ''}")}
AUTHOR = {"name_key": lambda it: name_key(it.name), "search_key": lambda it: search_key(it.name)}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0011_undo")]

    operations = [  # books first: once its author is changed, nothing tells which they are
        migrations.RunPython(
            as_seen_now("catalog.Book", "title", keys=BOOK, by=("author__name",)), migrations.RunPython.noop
        ),
        migrations.RunPython(
            as_seen_now("catalog.Author", "name", keys=AUTHOR, unique="name_key"), migrations.RunPython.noop
        ),
    ]
