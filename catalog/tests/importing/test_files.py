"""Small files in the shapes that libraries have: what each becomes, without options; and again, nothing."""

import csv
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.models import Book

pytestmark = pytest.mark.django_db

A, B = "9780306406157", "9780441013593"


class Run:
    """What import_books said of a file: exit status, figures of the summary by name, fates by line."""

    def __init__(self, path, *options):
        out = StringIO()
        self.status, self.error = 0, ""
        try:
            call_command("import_books", path, *options, stdout=out)
        except CommandError as error:
            self.status, self.error = error.returncode, str(error)
        self.said = out.getvalue()
        figures = re.findall(r"^ *(\S.*?) +(\d+)$", self.said.partition("\nRows read")[2], re.MULTILINE)
        self.figures = {name: int(number) for name, number in figures}
        report = path.with_name(f"{path.stem}-report.csv")
        rows = list(csv.reader(report.read_text("utf-8-sig").splitlines()))[1:] if report.exists() else []
        self.fates = {int(line): (fate, remark) for line, fate, _, remark in rows}

    def lines(self, fate):
        return [line for line, (became, _) in self.fates.items() if became == fate]


@pytest.fixture
def imported(tmp_path):
    def run(content, *options, name="books.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return Run(path, *options)

    return run


def books():
    rows = Book.objects.order_by("pk").values_list("title", "author__name", "isbn")
    return [(title, author or "", isbn) for title, author, isbn in rows]


FILES = {
    "Goodreads": (
        "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,Binding,Exclusive Shelf,Owned Copies\n"
        f'7,"Salt (Sea, #1)",Ida Moll,"Moll, Ida",,"=""0306406152""","=""{A}""",Hardcover,read,0\n'
        '8,Quiet Hill,Ben Stone,"Stone, Ben",Tess Vane,"=""""","=""""",Paperback,read,1\n'
        '9,Loud Hill,Ben Stone,"Stone, Ben",,,,Audio CD,read,1\n',
        [("Salt (Sea, #1)", "Ida Moll", A), ("Quiet Hill", "Ben Stone", "")],
        {"not a book": [4]},
    ),
    "StoryGraph": (
        "Title,Authors,Contributors,ISBN/UID,Format,Read Status,Owned?\n"
        f'Salt,"Ida Moll, Ben Stone",Tess Vane (Translator),{A},hardcover,read,Yes\n'
        "Glass,Ben Stone,,3f2504e0-4f89-11d3-9a0c-0305e82c3301,digital,to-read,No\n",
        [("Salt", "Ida Moll", A)],
        {"not a book": [3]},
    ),
    "LibraryThing": (
        "Book Id\tTitle\tSort Character\tPrimary Author\tSecondary Author\tISBN\tISBNs\tCopies\n"
        f"1\tHigh Tide\t1\tMoll, Ida\t\t[0306406152]\t0306406152, {A}\t2\n"
        '2\t"No," he said : a play\t1\tStone, Ben\t\t[]\t\t1\n',
        [("High Tide", "Ida Moll", A)] * 2 + [('"No," he said : a play', "Ben Stone", "")],
        {},
    ),
    "Libib": (
        "item_type,title,creators,first_name,last_name,ean_isbn13,upc_isbn10,group,copies,call_number\n"
        f'book,Ferry,"Ida Moll, Ben Stone",Ida,Moll,{A},,,2,F MOL\n'
        "game,Chess,,,,4006381333931,,,1,\n",
        [("Ferry", "Ida Moll", A)] * 2,
        {"not a book": [3]},
    ),
    "Calibre": (
        "author_sort,authors,isbn,series,series_index,title,title_sort,uuid\n"
        f'"Moll, Ida & Stone, Ben",Ida Moll & Ben Stone,{A},Sea,2.0,The Hill,"Hill, The",u-1\n',
        [("The Hill", "Ida Moll", A)],
        {},
    ),
    "Zotero": (
        '"Key","Item Type","Author","Title","Publication Title","ISBN","ISSN","Volume","Editor"\n'
        f'"K1","book","Moll, Ida; Stone, Ben","Harbour","","{A}","","2",""\n'
        f'"K2","journalArticle","Moll, Ida","On Birds","Nature","","2049-3630","9",""\n'
        f'"K3","book","","Essays","","{A} {B}","","","Vane, Tess"\n',
        [("Harbour", "Ida Moll", A), ("Essays", "", "")],
        {"not a book": [3]},
    ),
    "German, Excel": (
        "Inventarnr.;Signatur;Verfasser/in;Titel;Untertitel;Band;ISBN-13;Zustand;Medienart\n"
        f"1001;Jug Mö;Möller, Ida;Über Wasser;Roman;;{A};gut;Buch\n"
        "1002;Ges 1;;Chronik;;1;;;Buch\n"
        "1003;Ges 1;;Chronik;;2;;;Buch\n"
        ";;;;;;;;\n"
        "1004;;;Das Hörspiel;;;;;Hörbuch\n"
        "Summe;;;4;;;;;\n",
        [("Über Wasser : Roman", "Ida Möller", A), ("Chronik. 1", "", ""), ("Chronik. 2", "", "")],
        {"not a book": [6, 7]},
    ),
    "French": (
        "Cote;Titre;Auteur;N° ISBN;Code-barres;Nombre d’exemplaires;État;Support\n"
        f'R DUP;Le pont /;"Dupont, Jean";{A};M-0001;1;bon;Livre\n'
        'D 1;Le film;"Roy, Luc";;M-0002;1;;DVD\n'
        "Nombre total de titres : 2;;;;;;;\n",
        [("Le pont", "Jean Dupont", A)],
        {"not a book": [3, 4]},
    ),
    "Spanish": (
        "Nº registro;Título;Autor;ISBN;Signatura;Ejemplares;Tipo\n"
        f'00012345;La luz;"Soto, Ana";{A};N SOT;1;Libro\n'
        '00012346;El mar;"Soto, Ana y Ruiz, Luis";;N SOT;;Libro\n'
        ";Total: 2;;;;;\n",
        [("La luz", "Ana Soto", A), ("El mar", "Ana Soto", "")],
        {"not a book": [4]},
    ),
    "rows are copies": (
        f"title,author,isbn,barcode\nSalt,Ida Moll,{A},B-0001\nSalt,Ida Moll,,B-0002\n" + "Salt,Ida Moll,,\n" * 2,
        [("Salt", "Ida Moll", A)] + [("Salt", "Ida Moll", "")] * 3,
        {},
    ),
    "quantities": (
        "title,qty,code à barres\nSalt,x2,B-0001\nHill,0,\nFern,2.0,\nReed,978030640615,\n",
        [("Salt", "", "")] * 2 + [("Hill", "", "")] + [("Fern", "", "")] * 2 + [("Reed", "", "")],
        {},
    ),
    "a barcode twice": (
        "title,author,barcode,quantity\nSalt,Ida Moll,B-0001,2\nHill,Ben Stone,b-0001,1\nSalt,Ida Moll,B 0002,\n",
        [("Salt", "Ida Moll", "")] * 3,
        {"rejected": [3]},
    ),
    "words of nobody's export": (
        f"Name of book,Author 1,Author 2,ISBN/EAN\nSalt,Ida Moll,Ben Stone,{A}\n",
        [("Salt", "Ida Moll", A)],
        {},
    ),
    "media": (
        "item type,title\n"
        "Book + CD,One\nAudio book,Two\ne-book,Three\nVideo,Four\nBD,Five\nLivre audio,Six\nSachbuch mit CD,Seven\n",
        [("One", "", ""), ("Five", "", ""), ("Seven", "", "")],
        {"not a book": [3, 4, 5, 7]},
    ),
    "totals": (
        "title,author,isbn\n"
        "Total,Ida Moll,\nTotal,,\nTotal titles: 2,,\nSub-total,7,\nCount,,12\n2001,,\nSumme der Titel,2,\n",
        [("Total", "Ida Moll", ""), ("2001", "", "")],
        {"not a book": [3, 4, 5, 6, 8]},
    ),
    "bad rows": (
        "title,author,isbn\n"
        f",Ida Moll,{A}\n{'x' * 501},Ida Moll,\nSalt,Ida Moll,\nHill,{'y' * 300},\nSa\x07lt,Ida Moll,\n",
        [("Salt", "Ida Moll", "")],
        {"rejected": [2, 3, 5, 6]},
    ),
    "numbers that are no barcodes": (
        "title,barcode\nSalt,7\nHill,abc\nHill,abc\n",
        [("Salt", "", ""), ("Hill", "", ""), ("Hill", "", "")],
        {},
    ),
    "a barcode that lost its digits": (
        "title,barcode\nSalt,3.1234E+13\nHill,31234.0\n",
        [("Hill", "", "")],
        {"rejected": [2]},
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_becomes_what_it_says(imported, name):
    content, expected, others = FILES[name]
    suffix = "books.tsv" if "\t" in content else "books.csv"
    encoding = "cp1252" if name.startswith("German") else "utf-8"

    planned = imported(content, "--dry-run", name=suffix, encoding=encoding)
    assert not Book.objects.exists()
    run = imported(content, name=suffix, encoding=encoding)
    assert books() == expected
    again = imported(content, name=suffix, encoding=encoding)

    assert books() == expected
    assert planned.fates == run.fates
    for fate in ("not a book", "rejected"):
        assert run.lines(fate) == again.lines(fate) == others.get(fate, [])
    assert again.lines("added") == []
    assert run.status == again.status == (1 if "rejected" in others else 0)
    assert run.figures["added"] + run.figures["not a book"] + run.figures["rejected"] == len(run.fates)


def test_what_else_a_row_says_is_kept(imported):
    imported(
        "Title,Author,Translator,Call number,Condition,N° de registro\nHill,Ida Moll,Tess Vane,F MOL,torn page,S-0042\n"
    )
    book = Book.objects.get()
    assert (book.shelf_mark, book.condition, book.barcode) == ("F MOL", "torn page", "S-0042")
    assert book.statement_of_responsibility == "Ida Moll ; Tess Vane"


def test_a_printed_isbn_in_the_column_of_barcodes_is_no_label(imported):
    imported(f"title,barcode\nHill,{A}\nHill,{A}\n")
    assert books() == [("Hill", "", A)] * 2
    assert not Book.objects.filter(barcode=A).exists()


def test_it_says_what_it_took_for_what_with_five_books(imported):
    rows = "".join(f'Title {number};"Moll, Ida";{number}\n' for number in range(9))
    said = imported(f"Titel;Verfasser;Preis\n{rows}", "--dry-run").said
    assert "9 rows, UTF-8, semicolon between cells, the columns are named on line 1." in said
    assert re.search(r"title +“Titel”\n +author +“Verfasser”, with names as Holt, Mira\n +not used +“Preis”", said)
    assert re.findall(r"^  (Title \d) / Ida Moll$", said, re.MULTILINE) == [f"Title {number}" for number in range(5)]
    assert "Nothing was imported: this is what an import would do.\nRows read" in said


def test_the_isbn_of_an_earlier_run_does_not_make_it_another_book(imported):
    content = f"title,author,Nummer\nHill,Ida Moll,{A}\n"
    imported(content)
    assert imported(content, "--isbn-column=Nummer").figures["already there"] == 1
    assert books() == [("Hill", "Ida Moll", "")]


def test_a_barcode_of_another_title_is_named(imported):
    imported("title,barcode\nHill,B-0001\n")
    run = imported("title,barcode\nSalt,*B-0001*\nSalt,\n")
    assert run.lines("rejected") == [2]
    assert "B-0001" in run.fates[2][1]
    again = imported("title,barcode\nSalt,B-0001\nSalt,\n")
    assert (again.lines("rejected"), again.lines("already there")) == ([2], [3])


def test_media_that_are_asked_for_are_imported(imported):
    run = imported("item type,title\nDVD,One\nAudio book,Two\nGame,Three\n", "--media=dvd", "--media=Audiobook")
    assert [title for title, *_ in books()] == ["One", "Two"]
    assert run.lines("not a book") == [4]
