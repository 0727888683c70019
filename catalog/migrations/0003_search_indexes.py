from django.db import migrations

from catalog.models.search_index import create_index_of_before, drop_index_of_before


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_book_borrower")]

    operations = [
        migrations.RunPython(create_index_of_before("catalog_book"), drop_index_of_before("catalog_book")),
        migrations.RunPython(create_index_of_before("catalog_author"), drop_index_of_before("catalog_author")),
    ]
