"""Records of other catalogues, which books came with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0015_codes_go_along"),
        ("circulation", "0014_name_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceRecord",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("compressed", models.BinaryField()),
            ],
            options={
                "verbose_name": "source record",
                "verbose_name_plural": "source records",
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="book",
            name="source_record",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="books",
                to="catalog.sourcerecord",
            ),
        ),
        migrations.AddIndex(
            model_name="book",
            index=models.Index(
                condition=models.Q(("source_record__isnull", False)),
                fields=["source_record"],
                name="catalog_book_with_record",
            ),
        ),
    ]
