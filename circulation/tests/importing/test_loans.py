"""Open loans of files: as they were, each once."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from catalog.models import Book
from library_site.cqrs import rehearse_all
from tests.library import add_book, give_back, register, suspend

from .importing import became, import_loans

pytestmark = pytest.mark.django_db

DUE = localdate() - timedelta(days=3)
SINCE = DUE - timedelta(days=28)


@pytest.fixture(autouse=True)
def library() -> None:
    register("Ann Lee", barcode="S12345")
    for number in (1, 2, 3):
        add_book(f"Emma {number}", barcode=f"0001234{number}")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Card number,Barcode,Checked out,Due date", f"S12345,00012341,{SINCE},{DUE}"),
        ("cardnumber,barcode,issuedate,date_due", f"S12345,00012341,{SINCE} 10:00:00,{DUE} 23:59:00"),
        ("Ausweisnr.;Mediennummer;Ausgeliehen am;Fällig am", f"S12345;00012341;{SINCE:%d.%m.%Y};{DUE:%d.%m.%y}"),
        ("N° de carte;Code barres;Prêté le;À rendre le", f"s12345;00012341;{SINCE};{DUE}"),
        ("Nº de carné;Código de barras;Fecha de préstamo;Vencimiento", f"S12345;00012341;{SINCE};{DUE}"),
        ("Card number,Barcode,Due date", f"S12345,00012341,{DUE}"),
        ("Card number,Barcode,Checked out", f"S12345,00012341,{SINCE}"),
    ],
)
def test_a_loan_has_the_days_that_the_file_says(header: str, row: str) -> None:
    assert became(import_loans(f"{header}\n{row}\n", way=rehearse_all)) == "added"
    assert not Book.objects.filter(status="BORROWED").exists()

    [fate] = import_loans(f"{header}\n{row}\n")

    assert fate.became == "added"
    emma = Book.objects.get(barcode="00012341")
    assert emma.borrowed_at
    assert (localdate(emma.borrowed_at), emma.due_on) == (SINCE, DUE)
    assert became(import_loans(f"{header}\n{row}\n")) == "already-there"

    give_back(emma.pk)
    assert became(import_loans(f"{header}\n{row}\n")) == "already-there"
    assert not Book.objects.filter(status="BORROWED").exists()


@pytest.mark.parametrize(
    ("cells", "expected", "remark"),
    [
        (f"S12345,00012341,,{DUE}", "added", f"it does not say when it was borrowed: {SINCE} was taken"),
        (f"S12345,00012341,{SINCE},", "added", f"it does not say when it is due: {DUE} was taken"),
        ("S12345,00012341,,soon", "rejected", "its due day “soon” cannot be read"),
        ("S12345,00012341,,", "rejected", "Say since when somebody has the book, or until when."),
        (f"S99999,00099999,{SINCE},{DUE}", "rejected", "no book has the barcode 00099999 (card S99999)"),
        (f"S99999,00099999,{SINCE},{DUE}", "rejected", "nobody has the card S99999 (book 00099999)"),
        (f"S99999,00012341,{SINCE},{DUE}", "rejected", "nobody has the card S99999 (book 00012341)"),
        (f",00012341,{SINCE},{DUE}", "rejected", "it has no card"),
        (f"00012342,00012341,{SINCE},{DUE}", "rejected", "nobody has the card 00012342"),
        (f"S12345,00012341,{localdate() + timedelta(days=2)},", "rejected", "The day is yet to come"),
        ("Total,60,,", "not-a-loan", "no loan, but a total"),
        ("Total,,60,", "not-a-loan", "no loan, but a total"),
    ],
)
def test_what_becomes_of_a_row(cells: str, expected: str, remark: str) -> None:
    [fate] = import_loans(f"Card,Barcode,Checked out,Due\n{cells}\n")
    assert fate.became.replace(" ", "-") == expected
    assert any(each.startswith(remark) for each in fate.remarks)


def test_what_was_returned_is_no_open_loan() -> None:
    text = f"Card,Barcode,Checked out,Due,Returned\nS12345,00012341,{SINCE},{DUE},{date(2026, 1, 2)}\n"
    assert became(import_loans(text)) == "not-a-loan"


def test_what_breaks_todays_limits_is_imported_as_it_was_and_said() -> None:
    suspend(register("Bo Chan", barcode="S22222"))
    rows = "".join(f"S22222,0001234{number},{SINCE},{DUE}\n" for number in (1, 2, 3))

    fates = import_loans(f"Card,Barcode,Checked out,Due\n{rows}")

    assert became(fates) == "added added added"
    assert fates[2].remarks == (
        "imported as it was, in spite of today’s rules: The person is suspended; "
        "The person has as many books as the library lends",
    )


def test_the_book_that_somebody_else_has_stays_there() -> None:
    register("Bo Chan", barcode="S22222")
    rows = f"S22222,00012341,{SINCE},{DUE}\nS12345,00012341,{SINCE},{DUE}\n"
    [_, other] = import_loans(f"Card,Barcode,Checked out,Due\n{rows}")
    assert other.became == "rejected"
    assert "“Emma 1” is on loan to Bo Chan until" in other.remarks[0]
