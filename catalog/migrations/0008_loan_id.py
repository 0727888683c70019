from itertools import islice
from typing import Any

from django.db import migrations, models
from django.db.models import Q

from library_site.cqrs.ids import uuid7


def name_open_loans(apps: Any, schema_editor: Any) -> None:
    """Give the loans that are open now their ids."""
    book = apps.get_model("catalog", "Book")
    on_loan = book.objects.filter(status="BORROWED").only("pk").iterator(2000)
    while some := list(islice(on_loan, 2000)):
        for each in some:
            each.loan_id = uuid7()
        book.objects.bulk_update(some, ["loan_id"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0007_names_to_be_read"),
        ("circulation", "0006_loans_by_date"),
    ]

    operations = [
        migrations.AddField(
            model_name="book",
            name="loan_id",
            field=models.UUIDField(
                editable=False,
                help_text="Of the open loan, which its past loan takes as its id.",
                null=True,
                verbose_name="loan",
            ),
        ),
        migrations.RunPython(name_open_loans, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=Q(status="BORROWED", loan_id__isnull=False)
                | (~Q(status="BORROWED") & Q(loan_id__isnull=True)),
                name="catalog_book_loan_iff_borrowed",
                violation_error_message="A book has a loan exactly when it is BORROWED: use the task Borrow.",
            ),
        ),
    ]
