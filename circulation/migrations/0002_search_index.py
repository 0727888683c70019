from django.db import migrations

from catalog.models.search import create_index, drop_index


class Migration(migrations.Migration):
    dependencies = [("circulation", "0001_initial")]

    operations = [
        migrations.RunPython(create_index("circulation_libraryuser"), drop_index("circulation_libraryuser")),
    ]
