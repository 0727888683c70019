"""Gives everybody who is registered already a library card, and says which suspensions are the staff's."""

from typing import Any

from django.db import migrations, models

from catalog.models.barcodes import number_existing
from catalog.policies import BarcodeKind


def number_cards(apps: Any, schema_editor: Any) -> None:
    number_existing(apps, "circulation.LibraryUser", BarcodeKind.CARD)


def name_causes(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("circulation", "LibraryUser").objects
    users.filter(status="SUSPENDED", suspended_for_loss=False).update(suspended_by_staff=True)


class Migration(migrations.Migration):
    dependencies = [
        ("circulation", "0003_reservations_and_policy"),
    ]

    operations = [
        migrations.RunPython(number_cards, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(name_causes, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="libraryuser",
            constraint=models.UniqueConstraint(
                fields=("barcode",),
                name="circulation_user_barcode_unique",
                violation_error_message="Somebody else has a card with this barcode.",
            ),
        ),
    ]
