"""People as CSV: whom an import makes of it is who was there."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import localdate

from circulation.commands import RegisterUser, SuspendUser, VerifyUser
from circulation.domain.people import MaybeRegistered
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from tests.library import context

pytestmark = pytest.mark.django_db

UNTIL = localdate() + timedelta(days=9)
HILL = {"name": "Tom Hill", "email": "hill@example.org", "address": "1 Mill Lane\nSt. Mary, Bourne\n\nGB"}

PEOPLE: list[dict[str, Any]] = [
    {**HILL, "birth_date": date(2016, 5, 2), "phone": "+44 1 234", "language": "en", "barcode": "S00123"},
    {**HILL, "birth_date": date(2018, 9, 30), "note": '=glasses\n\'-)\n  two lines, "quoted"', "barcode": "S00124"},
    {"name": "Holt, Mira", "note": "n/a"},
    {"name": "Sammy Davis, Jr.", "phone": "-", "barcode": "00012345"},
    {"name": "@nn &amp; Bo", "language": "de"},
    {"name": "Zoé Petit", "barcode": "0000"},
]


def stored() -> list[Any]:
    columns = ("name", "barcode", "email", "birth_date", "phone", "address", "language", "note")
    status = ("status", "suspended_until", "suspension_reason")
    return [*LibraryUser.objects.order_by("pk").values_list(*columns, *status)]


def test_people_come_back_equal(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    empty = transaction.savepoint()
    override: dict[str, Any] = {"override": (MaybeRegistered.code,), "override_reason": "Twins."}
    ids = [dispatch(RegisterUser(**person, **override), context()).user_id for person in PEOPLE]
    dispatch(VerifyUser(user_id=ids[0]), context())
    dispatch(SuspendUser(user_id=ids[1], reason="=Lent, again", until=UNTIL), context())
    dispatch(SuspendUser(user_id=ids[2], reason="Unknown."), context())
    before = stored()
    call_command("export_people", path, stderr=(said := StringIO()))
    transaction.savepoint_rollback(empty)

    call_command("import_people", path, stdout=StringIO())

    assert stored() == before
    assert {status for *_, status, _, _ in before} == {"VERIFIED", "NOT_VERIFIED", "SUSPENDED"}
    assert said.getvalue() == f"6 people are in {path}.\n"
