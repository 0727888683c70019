from django.db import migrations, models
from django.db.models.functions import Substr

from library_site.postgresql.indexes import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False  # the index is made while the library is at work

    dependencies = [
        ("catalog", "0009_search_lexemes"),
        ("circulation", "0008_opening_balance"),
    ]

    operations = [
        AddIndexQuietly(
            model_name="book",
            index=models.Index(
                Substr("search_key", 1, 60),
                models.F("id"),
                condition=models.Q(("status", "MISSING")),
                name="catalog_book_missing_sorted",
            ),
        ),
    ]
