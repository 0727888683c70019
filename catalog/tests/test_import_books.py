import csv
import re
import signal
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from catalog.importing.imports import BookImport
from catalog.models import Author, Book
from library_site.cqrs.models import JournalEntry
from library_site.importing import command

pytestmark = pytest.mark.django_db

HEADER = "title, authors,isbn,isbn13,original_publication_year"

# As a library's spreadsheet really looks: line 5 holds a row of two lines, line 7 is blank.
DISORDER = f"""\ufeff{HEADER}
"The Hunger Games (The Hunger Games, #1)",Suzanne Collins,439023483,9.78043902348e+12,2008.0
1984,"George Orwell, Erich Fromm, Celâl Üster",0451524934,9.78045152494e+12,1949.0
Нет ISBN,Борис  Акунин,,,
"A title on
two lines",suzanne COLLINS,,9.7804251888e+12,

Dune,Frank Herbert,439023484,9780441013593.0,1965.0
No Author,,0441013597,,
Angels, Demons,Dan Brown,671027360,,2000.0
{"x" * 501},Somebody,,,
The Hunger Games,Suzanne Collins,0-439-02348-3,,
"""


class Outcome:
    """What a run of import_books said: exit status, figures of the summary by name, and everything on each stream."""

    def __init__(self, *arguments: object) -> None:
        out = StringIO()
        self.status, self.error = 0, ""
        try:
            call_command("import_books", *map(str, arguments), stdout=out)
        except CommandError as error:
            self.status, self.error = error.returncode, str(error)
        self.report = out.getvalue()
        summary = self.report[self.report.find("\nRows read") :]
        figures = re.findall(r"^ *(\S.*?) +(\d+)$", summary, re.MULTILINE)
        self.figures = {name: int(number) for name, number in figures}

    @property
    def counts(self) -> tuple[int, ...]:
        """Rows read, added, already there, rejected; they add up in every test."""
        counts = tuple(self.figures[name] for name in ("Rows read", "added", "already there", "rejected"))
        assert counts[0] == sum(counts[1:])
        return counts


@pytest.fixture
def sheet(tmp_path):
    """Writes a CSV file and gives its path."""

    def write(text: str, encoding: str = "utf-8"):
        path = tmp_path / "books.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def books() -> dict[str, tuple[str, str]]:
    """Author and ISBN by title."""
    return {
        book.title: (book.author.name if book.author else "", book.isbn)
        for book in Book.objects.select_related("author")
    }


def test_every_usable_row_becomes_a_book(sheet):
    Outcome(sheet(DISORDER))
    assert books() == {
        "The Hunger Games (The Hunger Games, #1)": ("Suzanne Collins", "9780439023481"),
        "1984": ("George Orwell", "9780451524935"),
        "Нет ISBN": ("Борис Акунин", ""),
        "A title on two lines": ("Suzanne Collins", ""),
        "Dune": ("Frank Herbert", "9780441013593"),
        "No Author": ("", "9780441013593"),
        "The Hunger Games": ("Suzanne Collins", "9780439023481"),
    }
    assert Author.objects.count() == 4


def test_the_summary_accounts_for_every_row(sheet):
    outcome = Outcome(sheet(DISORDER))
    assert outcome.counts == (9, 7, 0, 2)
    assert (outcome.status, outcome.error) == (1, "Rows that were rejected: 2. The others are in the library.")
    assert outcome.figures["with a repaired ISBN"] == 2
    assert outcome.figures["without an ISBN"] == 2
    rejected, remarks = outcome.report.partition("Rejected:\n")[2].split("\n\n")[:2]
    assert [line.split(":")[0] for line in rejected.splitlines()] == ["  line 10", "  line 11"]
    assert remarks.splitlines() == [
        "Remarks on rows that were added:",
        "  line 5: “9.7804251888e+12” in isbn13 was left out: in floating point: its last digits are gone",
        "  line 8: “439023484” in isbn was left out: digits are missing, and it is not certain which",
    ]


def test_every_row_is_in_the_report_beside_the_file_or_where_it_is_wanted(sheet, tmp_path):
    path = sheet(DISORDER)
    beside, wanted = tmp_path / "books-report.csv", tmp_path / "wanted.csv"
    assert f"Every row is in {beside}" in Outcome(path).report
    Outcome(path, f"--report={wanted}")
    first, second = (csv.reader(each.read_text("utf-8-sig").splitlines()) for each in (beside, wanted))
    assert [row[:2] for row in first] == [
        ["line", "fate"],
        *([str(line), "added"] for line in (2, 3, 4, 5, 8, 9)),
        ["10", "rejected"],
        ["11", "rejected"],
        ["12", "added"],
    ]
    assert ["12", "already there", "The Hunger Games / Suzanne Collins", ""] in list(second)


def test_the_report_never_takes_the_place_of_the_file(sheet, tmp_path):
    path = sheet(DISORDER)
    assert Outcome(path, f"--report={path}").status == 2
    assert "cannot be written" in Outcome(path, f"--report={tmp_path / 'no' / 'r.csv'}").error
    assert path.read_text() == DISORDER
    assert not books()


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_run_again_it_adds_nothing(sheet, monkeypatch, batch):
    monkeypatch.setattr(BookImport, "batch", batch)
    path = sheet("\n".join(line for line in DISORDER.splitlines()[:6]))
    first = Outcome(path)
    before = books()
    second = Outcome(path)
    assert (first.status, first.counts) == (0, (4, 4, 0, 0))
    assert (second.status, second.counts) == (0, (4, 0, 4, 0))
    assert books() == before
    assert "Remarks" not in second.report


def test_each_row_is_a_command_in_the_journal(sheet):
    Outcome(sheet(f"{HEADER}\nDune,Frank Herbert,,,\n"))
    whole, entry = JournalEntry.objects.order_by("number")
    assert (entry.operation, entry.actor, entry.source) == ("AddNewBook", "system:cli", "cli")
    assert entry.arguments["only_if_new"] is True
    assert (whole.operation, entry.whole_id) == ("BeginImport", whole.pk)


def test_where_debug_is_set_what_django_keeps_of_each_batch_is_dropped(sheet, settings):
    settings.DEBUG = True
    Outcome(sheet(DISORDER))
    assert not connection.queries


def test_columns_delimiter_and_authors_as_the_file_has_them(sheet):
    path = sheet("Titel\tVerfasser\tEAN\nMomo\tEnde, Michael; Other, N.\t9783522119405\n")
    names = "--title-column=1", "--author-column=verfasser", "--isbn13-column=EAN"
    assert Outcome(path, *names, "--delimiter=\\t", "--author-separator=;").status == 0
    assert books() == {"Momo": ("Michael Ende", "9783522119405")}


def test_another_encoding(sheet):
    path = sheet("title,authors\nL'Écume des jours,Boris Vian\n", "utf-16")
    assert Outcome(path, "--encoding=utf-16").status == 0
    assert books() == {"L'Écume des jours": ("Boris Vian", "")}


@pytest.mark.parametrize(
    ("text", "arguments", "complaint"),
    [
        ("Werkzeug,authors\nDune,Frank Herbert\n", [], "--title-column NAME"),
        ("title,authors\nDune,Frank Herbert\n", ["--isbn-column=ean"], "no column “ean”"),
        ("", [], "The file is empty"),
        ("%PDF-1.4", [], "It is a PDF"),
    ],
)
def test_what_cannot_be_told_is_asked_for(sheet, text, arguments, complaint):
    outcome = Outcome(sheet(text), *arguments)
    assert outcome.status == 2
    assert complaint in outcome.error
    assert not books()


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path):
    missing, folder = Outcome(tmp_path / "none.csv"), Outcome(tmp_path)
    assert (missing.status, missing.error) == (2, f"{tmp_path / 'none.csv'} cannot be read: No such file or directory.")
    assert (folder.status, folder.error) == (2, f"{tmp_path} cannot be read: Is a directory.")


@pytest.mark.parametrize("option", ["--delimiter=;;", '--delimiter="', "--encoding=no", "--encoding=hex"])
def test_an_option_that_makes_no_sense_is_refused(sheet, option):
    assert "not" in Outcome(sheet(DISORDER), option).error
    assert not books()


def test_what_a_terminal_would_obey_is_not_shown(sheet):
    said = Outcome(sheet("title,authors,isbn\nDune,Frank Herbert,\x1b[2J9\nDu\x07ne,Frank Herbert,\n")).report
    assert "line 2: “ [2J9” in isbn was left out" in said
    assert "line 3: its title holds characters that cannot be stored" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(("during", "counts"), [("dispatch_all", (3, 3, 0, 0)), ("with_progress", (2, 2, 0, 0))])
def test_ctrl_c_finishes_what_is_in_hand_and_says_how_to_go_on(sheet, monkeypatch, during, counts):
    """While rows are read, those that have been read are in hand; while books are added, a batch is."""
    done = getattr(command, during)

    def pressed_in_a_batch(*args):
        signal.raise_signal(signal.SIGINT)
        return done(*args)

    def pressed_at_the_second_row(*args, **kwargs):
        for number, row in enumerate(done(*args, **kwargs), 1):
            if number == 2:
                signal.raise_signal(signal.SIGINT)
            yield row

    before = signal.getsignal(signal.SIGINT)
    path = sheet("\n".join(DISORDER.splitlines()[:6]))
    monkeypatch.setattr(BookImport, "batch", 3)
    monkeypatch.setattr(command, during, pressed_in_a_batch if counts[0] == 3 else pressed_at_the_second_row)
    stopped = Outcome(path)
    assert stopped.status == 130
    assert "Run it again" in stopped.error
    assert stopped.counts == counts
    assert Book.objects.count() == counts[1]
    assert signal.getsignal(signal.SIGINT) == before

    monkeypatch.undo()
    assert Outcome(path).counts == (4, 4 - counts[1], counts[1], 0)


@pytest.fixture
def interruptible():
    """Ctrl-C interrupts, as at a terminal, though the suite may run in the background, where it is ignored."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("interruptible")
def test_a_second_ctrl_c_breaks_off_with_the_report_so_far(sheet, monkeypatch):
    def pressed_twice(commands, context):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(command, "dispatch_all", pressed_twice)
    out = StringIO()
    with pytest.raises(KeyboardInterrupt):
        call_command("import_books", str(sheet(DISORDER)), stdout=out)
    assert re.search(r"Rows read +0\n", out.getvalue())


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_progress_and_a_log_file_does_not(sheet, monkeypatch):
    path = sheet("\n".join(DISORDER.splitlines()[:6]))
    for stream, sees in ((Terminal(), True), (StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        Outcome(path)
        assert ("4 rows: 100%" in stream.getvalue()) is sees
        assert bool(stream.getvalue()) is sees
