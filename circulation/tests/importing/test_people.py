"""People of files: whoever can come in does, nobody twice, and it is said who cannot."""

from datetime import date
from typing import Any

import pytest
from django.db.models import F

from circulation.commands import ReinstateUser
from circulation.importing import people
from circulation.importing.days import DayOrder, OrderUnknown
from circulation.models import LibraryUser
from library_site.cqrs import dispatch, rehearse_all
from library_site.cqrs.models import JournalEntry
from tests.library import context, register

from .importing import became, import_people

pytestmark = pytest.mark.django_db


def stored(*columns: str) -> list[Any]:
    return [*LibraryUser.objects.order_by("pk").values_list(*columns, flat=len(columns) == 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Name,Card Number\nAnn Lee,S12345\n",
            {"name": "Ann Lee", "barcode": "S12345"},
        ),
        ('Leser,Ausweisnr.\n"Jäger, Ilse",4 711\n', {"name": "Ilse Jäger", "barcode": "4711"}),
        ("Name;Vorname\nJäger;Ilse\n", {"name": "Ilse Jäger"}),
        (
            "Nom;Prénom;Né(e) le\nPetit;Zoé;3/12/2014\nRoy;Luc;31/12/2014\n",
            {"name": "Zoé Petit", "birth_date": date(2014, 12, 3)},
        ),
        (
            "Apellidos;Nombre;Correo electrónico\nRuiz Gil;Ana;ana@example.org\n",
            {"name": "Ana Ruiz Gil", "email": "ana@example.org"},
        ),
        ("First Name,Last Name,DOB\nAnn,Lee,3/31/2014\n", {"name": "Ann Lee", "birth_date": date(2014, 3, 31)}),
        ("Name,geb. am\nAnn Lee,1.2.75\n", {"birth_date": date(1975, 2, 1)}),
        ("Name,Date of birth\nAnn Lee,2014-03-31 00:00:00\n", {"birth_date": date(2014, 3, 31)}),
        ("Name,Born\nAnn Lee,2 March 2014\n", {"birth_date": date(2014, 3, 2)}),
        (
            "Name;Straße;Hausnummer;PLZ;Ort;Telefon;Handy;Klasse;Bemerkung;Sprache\n"
            "Ann Lee;Am Markt;1;01234;Berlin;1;2;3a;Brille;Deutsch\n",
            {"address": "Am Markt 1\n01234 Berlin", "phone": "1, 2", "note": "Klasse: 3a\nBrille", "language": "de"},
        ),
        (
            "Name,Address,City,State,Zip\nAnn Lee,1 Main St,Boston,MA,02101\n",
            {"address": "1 Main St\nBoston, MA 02101"},
        ),
        (
            "cardnumber,surname,firstname,title,email,dateofbirth,dateexpiry,debarred,debarredcomment,borrowernumber\n"
            "S12345,Lee,Ann,Ms,ann@example.org,1975-02-01,2099-01-31,9999-12-31,Fees,7\n",
            {
                "name": "Ann Lee",
                "barcode": "S12345",
                "status": "SUSPENDED",
                "suspension_reason": "Fees",
                "note": "Until 2099-01-31",
            },
        ),
    ],
)
def test_what_a_file_says_of_somebody_is_known_thereafter(text: str, expected: dict[str, Any]) -> None:
    fates = import_people(text)

    assert (fates[0].became, fates[0].remarks) == ("added", ())
    assert LibraryUser.objects.order_by("pk").values(*expected)[0] == expected
    assert {fate.became for fate in import_people(text)} == {"already there"}


SCHOOL = """Card,Name,E-mail,Born,Class,Status
S12345,Ilse Jäger,jaeger@example.org,2012-04-03,3a,
S12346,Uwe Jäger,jaeger@example.org,1980-11-12,,active
S12347,Max Müller,,2013-02-01,3a,
S12348,Max Müller,,2014-06-05,2b,
,Hans Meier,meier@example.org,1950-01-01,,
,Hans Meier,meier@example.org,1985-01-01,,
,Paul Klein,,,1a,
,Paul Klein,,,2a,
S12349,Eva Roth,,2013-05-05,,
S12350,Eva Roth,,2013-05-05,,
"""


def test_children_families_and_namesakes_come_in_and_nobody_twice() -> None:
    assert became(import_people(SCHOOL, way=rehearse_all)) == "added " * 9 + "added"
    assert not LibraryUser.objects.exists()

    fates = import_people(SCHOOL)

    assert became(fates) == "added " * 9 + "added"
    assert fates[-1].remarks == ("perhaps the same person as the one with the card S12349",)
    assert became(import_people(SCHOOL)) == "already-there " * 9 + "already-there"
    assert LibraryUser.objects.count() == 10


def test_what_was_broken_off_after_any_row_goes_on() -> None:
    lines = SCHOOL.splitlines(keepends=True)
    for rows in range(1, 10):
        import_people("".join(lines[: rows + 1]))
        assert LibraryUser.objects.count() == rows
    import_people(SCHOOL)
    assert LibraryUser.objects.count() == 10


@pytest.mark.parametrize(
    ("rows", "expected", "remark"),
    [
        ("S12345,Ann Lee,,", "already-there", ""),
        ("s 12345,ANN  LEE,,", "already-there", ""),
        ("*S12346*,Ann Lee,,", "added", ""),
        ("2.3529E+13,Cy Dean,,", "rejected", "its card “2.3529E+13” is in floating point"),
        ("S12345,Bob Fox,,", "rejected", "somebody else has the card S12345"),
        (",Ann Lee,ANN@example.org,", "already-there", ""),
        (",Ann Lee,,1975-02-01", "already-there", ""),
        (",Ann Lee,ann@example.org,2005-02-01", "added", ""),
        (
            ",Ann Lee,,",
            "already-there",
            "somebody of this name is there, and the row says nothing that tells them apart",
        ),
        ("S99999,Ann Lee,ann@example.org,", "rejected", "if it is the same person, give the new card at the desk"),
        ("S99999,Ann Lee,other@example.org,", "added", ""),
        ("S77777,Cy Dean,,\nS77777,Cy Dean,,", "added already-there", "the card is on line 2, too"),
        ("S77777,Cy Dean,,\nS77777,Di Dean,,", "added rejected", "somebody else has the card S77777 (line 2)"),
        (",Cy Dean,,\n,Cy Dean,,", "added already-there", "the row is the same as that on line 2"),
        ("S77777,,,", "rejected", "it has no name"),
        ("Card,Name,E-mail,Born", "not-a-person", "It is the header once more."),
        ("Total members,15,,", "not-a-person", "nobody, but a total"),
        (",Cy Dean,cy@,", "added", "the e-mail address “cy@” was left out: Enter a valid email address."),
        (",Cy Dean,,31.2.2010", "added", "its date of birth “31.2.2010” was left out: it cannot be read"),
        ("17,Cy Dean,,", "added", "the card “17” was left out"),
    ],
)
def test_who_is_there_and_who_comes_in(rows: str, expected: str, remark: str) -> None:
    import_people("Card,Name,E-mail,Born\nS12345,Ann Lee,ann@example.org,1975-02-01\n")

    fates = import_people(f"Card,Name,E-mail,Born\n{rows}\n")

    assert became(fates) == expected
    assert remark in " ".join(fates[-1].remarks)


def test_a_number_that_can_be_no_card_is_kept_in_the_note() -> None:
    import_people("Card,Name,Notes\n17,Cy Dean,Glasses\n")
    assert stored("note") == ["Glasses\nNo. 17"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", "VERIFIED"),
        ("aktiv", "VERIFIED"),
        ("Gesperrt", "SUSPENDED"),
        ("bloqué", "SUSPENDED"),
        ("Bloqueado", "SUSPENDED"),
        ("expired", "SUSPENDED"),
        ("new", "NOT_VERIFIED"),
        ("", "NOT_VERIFIED"),
        ("purple", "NOT_VERIFIED"),
    ],
)
def test_a_status_is_set_in_the_words_of_any_language(status: str, expected: str) -> None:
    import_people(f"Name,Status,Reason\nAnn Lee,{status},\n")
    assert stored("status") == [expected]


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        ("Blocked", "yes", ("Suspended in the former system.", None)),
        ("Blocked", "Fees of 2 EUR", ("Fees of 2 EUR", None)),
        ("Blocked,Reason", "2099-03-01,Fees", ("Fees", date(2099, 3, 1))),
        ("Blocked", "2020-03-01", ("", None)),
        ("Blocked", "no", ("", None)),
        ("Expires", "2020-03-01", ("Membership expired on 2020-03-01.", None)),
    ],
)
def test_who_is_blocked_or_whose_membership_is_over_is_suspended(columns: str, cells: str, expected: Any) -> None:
    import_people(f"Name,{columns}\nAnn Lee,{cells}\n")
    assert stored("suspension_reason", "suspended_until") == [expected]


def test_all_may_be_said_to_be_verified_of_whom_the_file_says_nothing_else() -> None:
    import_people("Card,Name,Status\nS11111,Ann Lee,\nS22222,Bo Chan,blocked\nS33333,Cy Dean,new\n", verified=True)
    assert stored("status") == ["VERIFIED", "SUSPENDED", "NOT_VERIFIED"]


STATUSES = "Card,Name,Status\nS11111,Ann Lee,active\nS22222,Bo Chan,blocked\n"


def test_a_status_that_was_still_to_be_set_is_set_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(people.PeopleImport, "_set_statuses", lambda self, batch: None)
        import_people(STATUSES)
    assert stored("status") == ["NOT_VERIFIED", "NOT_VERIFIED"]

    fates = import_people(STATUSES)

    assert stored("status") == ["VERIFIED", "SUSPENDED"]
    assert [fate.also for fate in fates] == [("verified",), ("suspended",)]
    assert [fate.also for fate in import_people(STATUSES)] == [(), ()]


def test_what_was_decided_since_stands() -> None:
    import_people(STATUSES)
    _ann, bo = stored("pk")
    dispatch(ReinstateUser(user_id=bo, reason="Paid."), context())

    import_people(STATUSES)

    assert stored("status") == ["VERIFIED", "NOT_VERIFIED"]
    assert JournalEntry.objects.filter(operation="SuspendUser").count() == 1


def test_who_was_registered_at_the_desk_before_gets_the_status_of_the_file() -> None:
    register("Ann Lee", "ann@example.org")
    import_people("Name,E-mail,Status\nAnn Lee,ann@example.org,active\n")
    assert stored("status") == ["VERIFIED"]


@pytest.mark.parametrize("cells", [["3/4/2012", "5/6/2013"], ["13/4/2012", "4/13/2012", "3/4/2012"]])
def test_where_no_row_tells_the_day_from_the_month_it_is_asked_for(cells: list[str]) -> None:
    text = "Name,Born\n" + "".join(f"Ann Lee {number},{cell}\n" for number, cell in enumerate(cells))

    with pytest.raises(
        OrderUnknown, match=r"“3/4/2012” begins with the day or with the month: say which, with --day-order dmy"
    ):
        import_people(text)

    import_people(text, order=DayOrder.MONTH_FIRST)
    assert date(2012, 3, 4) in stored("birth_date")


def test_each_is_a_command_with_its_entry_which_names_nobody() -> None:
    import_people(SCHOOL)
    entries = JournalEntry.objects.filter(operation__in=("RegisterUser", "VerifyUser"), outcome="CARRIED_OUT")
    assert entries.count() == 11
    assert not entries.filter(arguments__has_any_keys=["name", "email", "note"]).exists()
    assert LibraryUser.objects.filter(codes__key=F("barcode")).count() == 10
