from django.db import migrations

from catalog.models.search_index import create_index_of_before, drop_index_of_before


class Migration(migrations.Migration):
    dependencies = [("circulation", "0001_initial")]

    operations = [
        migrations.RunPython(
            create_index_of_before("circulation_libraryuser"), drop_index_of_before("circulation_libraryuser")
        ),
    ]
