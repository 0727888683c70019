from django.db import migrations

from catalog.models.search import create_index, drop_index


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_book_borrower")]

    operations = [
        migrations.RunPython(create_index("catalog_book"), drop_index("catalog_book")),
        migrations.RunPython(create_index("catalog_author"), drop_index("catalog_author")),
    ]
