import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_loan_id"),
        ("circulation", "0006_loans_by_date"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="pastloan",
            options={
                "default_permissions": ("view",),
                "ordering": ["-ended_at", "-id"],
                "verbose_name": "past loan",
                "verbose_name_plural": "past loans",
            },
        ),
        migrations.RemoveIndex(model_name="pastloan", name="circulation_loan_returned"),
        migrations.AlterField(
            model_name="pastloan",
            name="book",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="catalog.book", verbose_name="book"
            ),
        ),
        migrations.AlterField(
            model_name="pastloan",
            name="borrower",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="circulation.libraryuser",
                verbose_name="borrower",
            ),
        ),
        migrations.AlterField(
            model_name="pastloan",
            name="id",
            field=models.UUIDField(editable=False, primary_key=True, serialize=False),
        ),
        migrations.AddIndex(
            model_name="pastloan",
            index=models.Index(fields=["ended_at", "id"], name="circulation_loan_ended"),
        ),
        migrations.AddIndex(
            model_name="pastloan",
            index=models.Index(fields=["book", "ended_at", "id"], name="circulation_loan_of_book"),
        ),
        migrations.AddIndex(
            model_name="pastloan",
            index=models.Index(fields=["borrower", "ended_at", "id"], name="circulation_loan_of_user"),
        ),
    ]
