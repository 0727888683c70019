"""The names and addresses of people are what they look like, and are found by what is seen of them."""

from django.db import migrations

from catalog.models.names_seen import as_seen_now
from catalog.models.search import search_key
from catalog.text import name_key

PERSON = {"email_key": lambda it: name_key(it.email), "search_key": lambda it: search_key(it.name, also=it.email)}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("circulation", "0011_library_name")]

    operations = [
        migrations.RunPython(
            as_seen_now("circulation.LibraryUser", "name", "email", keys=PERSON, unique="email_key"),
            migrations.RunPython.noop,
        ),
    ]
