"""A management command that imports the rows of a file; one that does says how it looks at them and what they become.

class Command(ImportCommand):
    vocabulary, columns, things, importer = PEOPLE, ("name", "card"), "people", PeopleImport
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

from django.core.management.base import BaseCommand, CommandError

from library_site.cqrs import Actor, Context, dispatch, dispatch_all, rehearse_all
from library_site.cqrs.answers import DATABASE_OUTAGES
from library_site.cqrs.operations import RegisteredOperation, operation_named
from library_site.tables import Column, NotATable, Options, Table, open_table
from library_site.tables.header import printable
from library_site.tables.vocabulary import Vocabulary

from .fates import Became, Report, SomethingElse, Unusable
from .imports import Import, Reader, Source, patiently
from .terminal import Figures, Said, interrupts, opened, recognised, report_path, until, with_progress, written

SAMPLES = 5
"""Rows that are shown of what a file was taken for."""


def system_context() -> Context:
    return Context(actor=Actor.system("cli"), source="cli")


class ImportCommand(BaseCommand):
    """`things` are what rows are of, `called` names of meanings that do not say it themselves.

    `kind` is that of BeginImport. `figures` are what a row may become, `headings` those of them that are named.
    """

    vocabulary: ClassVar[Vocabulary]
    columns: ClassVar[Sequence[str]]
    kind: ClassVar[str]
    things: ClassVar[str]
    importer: ClassVar[type[Import[Any]]]
    called: ClassVar[Mapping[str, str]] = {}
    figures: ClassVar[Figures]
    headings: ClassVar[Mapping[str, str]]

    exit_status = (
        "It says first what it took the file for, and reports on every row in a CSV file. It may be run again at any "
        "time. Exit status: 0 when no row was rejected; 1 when rows were rejected (the others are imported), or the "
        "database fails (what comes before is imported); 2 for a usage error, and a file that is no table; 130 when "
        "it was interrupted."
    )

    def opened(self, file: BinaryIO, options: dict[str, Any]) -> tuple[Source, Reader[Any]]:
        """The file, recognised, and what reads what is in it. Raises NotATable."""
        table = open_table(file, self.vocabulary, Options(**self.said(options)))
        return table, self.reader_of(table, options)

    def reader_of(self, table: Table, options: dict[str, Any]) -> Reader[Any]:
        """What reads the rows of this table."""
        raise NotImplementedError

    def notes(self, reader: Any) -> Mapping[Column, str]:
        """How the cells of a column are read, where that was recognised."""
        return {}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="A CSV or TSV file, as programs export it.")
        parser.add_argument("--dry-run", action="store_true", help="Say what an import would do, and do nothing.")
        parser.add_argument(
            "--report", metavar="FILE", type=Path, help="Of every row, CSV (beside FILE, FILE-report.csv)."
        )
        columns = parser.add_argument_group(
            "columns, by name or number; all are recognised, unless they are named here"
        )
        for meaning in self.columns:
            columns.add_argument(self.vocabulary.option_for(meaning), metavar="NAME")
        told = parser.add_argument_group("what else is recognised, unless it is said here")
        told.add_argument(
            "--header", type=int, metavar="LINE", help="The line that names the columns; 0 when none does."
        )
        told.add_argument("--delimiter", metavar="CHARACTER", help="Between cells; \\t is a tab.")
        told.add_argument("--encoding", metavar="NAME", help="Of the file: utf-8, cp1252 …")
        self.add_more_arguments(told)

    def add_more_arguments(self, told: Any) -> None:
        """Those of this import alone."""

    def handle(self, *args: Any, **options: Any) -> None:
        with opened(options["file"]) as file:
            try:
                source, reader = self.opened(file, options)
                rows = _looked_at(source, reader)
            except NotATable as error:
                raise CommandError(str(error), returncode=2) from error
            self.stdout.write("\n".join([*self.recognised(source, reader, rows), *self._samples(source, reader)]))
            path = report_path(options["file"], options["report"])
            context = system_context if options["dry_run"] else self._begun(options["file"])
            self._import(source, reader, path, context, dry_run=options["dry_run"])

    def said(self, options: dict[str, Any]) -> dict[str, Any]:
        """What is said of the file, as Options has it."""
        columns = {meaning: options[f"{meaning}_column"] for meaning in self.columns}
        return {name: options[name] for name in ("encoding", "delimiter", "header")} | {
            "columns": {meaning: name for meaning, name in columns.items() if name is not None}
        }

    def recognised(self, source: Any, reader: Any, rows: int) -> Iterator[str]:
        """What the file was taken for, in lines."""
        return recognised(source, rows, self.called, self.notes(reader))

    def _samples(self, source: Source, reader: Reader[Any]) -> Iterator[str]:
        samples = [*islice(_in_short(source, reader), SAMPLES)]
        yield f"The first {self.things}:" if samples else f"There are no {self.things} in it."
        yield from (f"  {printable(text)}" for text in samples)

    def _begun(self, path: Path) -> Callable[[], Context]:
        """The context of the parts of an import, which begins, so that it can be undone as a whole."""
        begin = cast(RegisteredOperation, operation_named("BeginImport"))
        message = begin.message(kind=self.kind, file_name=path.name)
        with _outages():
            begun = patiently(lambda: dispatch(message, system_context()))
        self.stdout.write(f"To undo this import: manage.py dispatch UndoImport import_id={begun.import_id}")
        return lambda: replace(system_context(), whole=begun.import_id)

    def _import(
        self, source: Source, reader: Any, path: Path, context: Callable[[], Context], *, dry_run: bool
    ) -> None:
        """Import batch by batch until the end or Ctrl-C, and say what became of the rows, come what may."""
        said = Said(self.figures, self.headings, source.unit)
        with _outages(), written(path) as file, interrupts() as caught:
            report = Report(file, source.unit)
            way = rehearse_all if dry_run else dispatch_all
            try:
                rows = until(caught, with_progress(source))
                for some in self.importer(reader, way, context, source.unit).fates(rows):
                    said.count(some)
                    for fate in some:
                        report.add(fate)
            finally:
                heading = "Nothing was imported: this is what an import would do.\n" if dry_run else ""
                self.stdout.write(f"\n{heading}{said}\nEvery row is in {path}")
        if caught:
            raise CommandError("Interrupted. Run it again to go on: it adds what is not there yet.", returncode=130)
        if rejected := said.rows[Became.REJECTED]:
            others = "" if dry_run else " The others are in the library."
            raise CommandError(f"Rows that {'would be' if dry_run else 'were'} rejected: {rejected}.{others}")


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except DATABASE_OUTAGES as error:
        words = "The database does not answer, or somebody holds what this waits for. Run it again to go on."
        raise CommandError(words) from error


def _looked_at(source: Source, reader: Reader[Any]) -> int:
    """How many rows there are."""
    rows = 0
    for row in source:
        reader.look_at(row)
        rows += 1
    reader.decide()
    return rows


def _in_short(source: Source, reader: Reader[Any]) -> Iterator[str]:
    for row in source:
        with suppress(SomethingElse, Unusable):
            yield reader.read(row).in_short
