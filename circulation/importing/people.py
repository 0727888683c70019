"""The people of a file on their way into the library, by RegisterUser, VerifyUser and SuspendUser. Adapter."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast
from uuid import UUID

from catalog.models import Code
from circulation.commands import RegisterUser, SuspendUser, VerifyUser
from circulation.domain.people import MaybeRegistered
from circulation.models import LibraryUser
from library_site.cqrs import Context, DomainError, dispatch_all
from library_site.cqrs.barcodes import barcode_key
from library_site.cqrs.models import JournalSubject
from library_site.tables import Row

from .carried_out import BATCH, Way, carried_out
from .fates import Became, Fate, SomethingElse, Unusable
from .person_rows import OPTIONAL, PersonReader, PersonRow
from .statuses import Standing

NAMESAKES = "Namesakes in the files of the former system."

_OF_STATUS = ("VerifyUser", "SuspendUser", "ReinstateUser", "EndSuspensions", "EditRecord")
"""Whose status the journal has one of these of is no longer what an import would say."""


@dataclass
class _Known:
    """Somebody whom the library has, or whom an earlier row will register."""

    name: str
    card_key: str
    card: str
    email_key: str
    birth_date: date | None
    id: UUID | None = None
    line: int = 0
    status: str = LibraryUser.Status.NOT_VERIFIED

    @property
    def is_undecided(self) -> bool:
        """Whether it was registered before, and has no status yet."""
        return not self.line and self.status == LibraryUser.Status.NOT_VERIFIED

    def may_be(self, row: PersonRow) -> bool:
        """Somebody of the same name; who was born on another day is another person."""
        if self.birth_date and row.birth_date:
            return self.birth_date == row.birth_date
        return bool(row.email_key) and self.email_key == row.email_key

    def is_asked_for(self, row: PersonRow) -> bool:
        """Whether RegisterUser takes the two for one."""
        has_birth_date = row.birth_date is not None and row.birth_date == self.birth_date
        return has_birth_date or (bool(row.email_key) and self.email_key == row.email_key)


@dataclass
class _Imported:
    """A row, and what became of it so far."""

    line: int
    person: PersonRow | None = None
    became: Became | None = None
    remarks: list[str] = field(default_factory=list)
    known: _Known | None = None
    command: RegisterUser | None = None
    also: str = ""

    def is_now(self, became: Became, *remarks: str) -> None:
        self.became = became
        self.remarks += remarks

    @property
    def fate(self) -> Fate:
        said = self.person.remarks if self.person and self.became == Became.ADDED else ()
        taken_for = self.person.in_short if self.person else ""
        remarks = (*self.remarks, *said)
        return Fate(
            line=self.line, became=self.became or Became.REJECTED, taken_for=taken_for, remarks=remarks, also=self.also
        )


class PeopleImport:
    """The import of a file. Who is there already is known by the card; without one, by the name with the date of birth
    or the e-mail address; by the name alone, when the library has as many of that name as the file had so far.

    So the file may be imported again. A status is set once: whatever was decided about somebody since stands.
    """

    def __init__(self, reader: PersonReader, way: Way, context: Callable[[], Context]) -> None:
        self.reader, self.way, self.context = reader, way, context
        self._cards: dict[str, _Known | None] = {}
        self._named: dict[str, list[_Known]] = {}
        self._of_name: Counter[str] = Counter()
        self._lines: dict[tuple[str, ...], int] = {}

    def fates(self, rows: Iterable[Row]) -> Iterator[list[Fate]]:
        """What became of the rows, a batch at a time."""
        batch: list[_Imported] = []
        for row in rows:
            batch.append(self._read(row))
            if len(batch) >= BATCH:
                yield self._done(batch)
                batch = []
        yield self._done(batch)

    def _read(self, row: Row) -> _Imported:
        imported = _Imported(row.line)
        try:
            imported.person = self.reader.read(row)
        except SomethingElse as other:
            imported.is_now(Became.NOT_A_PERSON, str(other))
        except Unusable as reason:
            imported.is_now(Became.REJECTED, str(reason))
        return imported

    def _done(self, batch: list[_Imported]) -> list[Fate]:
        people = [(each, each.person) for each in batch if each.person]
        self._look_up([person for _, person in people])
        for imported, person in people:
            self._decide(imported, person)
        self._register([each for each in batch if each.command])
        if self.way is dispatch_all:
            self._set_statuses([each for each in batch if each.known and each.known.id])
        else:
            _say_statuses(batch)
        return [each.fate for each in batch]

    def _look_up(self, people: Sequence[PersonRow]) -> None:
        """What the library knows by these cards and names, unless it was looked up before."""
        names = {each.name_key for each in people} - self._named.keys()
        cards = {each.card_key for each in people} - self._cards.keys() - {""}
        self._named |= {name: [] for name in names}
        for user in LibraryUser.objects.filter(name_key__in=names).order_by("pk"):
            self._named[user.name_key].append(_known(user))
        for code in Code.objects.filter(pk__in=cards).select_related("user"):
            self._cards[code.key] = _known(code.user) if code.user else None

    def _decide(self, imported: _Imported, person: PersonRow) -> None:
        if person.card_key in self._cards:
            self._with_known_card(imported, person, self._cards[person.card_key])
            return
        if not person.card and (first := self._lines.setdefault(person.given, imported.line)) != imported.line:
            imported.is_now(Became.THERE, f"the row is the same as that on line {first}")
            return
        self._of_name[person.name_key] += 1
        named = self._named[person.name_key]
        same = next((each for each in named if each.may_be(person)), None)
        if same is None and person.is_known_by_name_only and len(named) >= self._of_name[person.name_key]:
            imported.known = named[0] if len(named) == 1 else None
            imported.is_now(
                Became.THERE, "somebody of this name is there, and the row says nothing that tells them apart"
            )
        elif same and not person.card:
            imported.known = same
            imported.is_now(Became.THERE)
        elif same and same.card_key not in self.reader.cards:
            imported.is_now(Became.REJECTED, _is_there_with(same))
        else:
            self._add(imported, person, same)

    def _with_known_card(self, imported: _Imported, person: PersonRow, known: _Known | None) -> None:
        if known is None:
            imported.is_now(Became.REJECTED, f"the card {person.card} is the label of a book")
        elif known.name != person.name_key:
            where = f" (line {known.line})" if known.line else ""
            imported.is_now(Became.REJECTED, f"somebody else has the card {person.card}{where}")
        else:
            self._of_name[person.name_key] += not known.line
            imported.known = known
            imported.is_now(Became.THERE, *([f"the card is on line {known.line}, too"] if known.line else []))

    def _add(self, imported: _Imported, person: PersonRow, same: _Known | None) -> None:
        named = self._named[person.name_key]
        if same:
            imported.remarks.append(f"perhaps the same person as the one with the card {same.card}")
        override = any(each.is_asked_for(person) for each in named)
        imported.command = RegisterUser(
            name=person.name,
            barcode=person.card,
            override=(MaybeRegistered.code,) if override else (),
            override_reason=NAMESAKES if override else "",
            **{name: getattr(person, name) for name in OPTIONAL},
        )
        known = _Known(
            person.name_key, person.card_key, person.card, person.email_key, person.birth_date, line=imported.line
        )
        imported.known = known
        named.append(known)
        if person.card:
            self._cards[person.card_key] = known

    def _register(self, batch: Sequence[_Imported]) -> None:
        answers = carried_out(self.way, [each.command for each in batch if each.command], self.context)
        for imported, answer in zip(batch, answers, strict=True):
            if isinstance(answer, DomainError):
                imported.is_now(Became.REJECTED, answer.message)
            else:
                imported.is_now(Became.ADDED)
                if imported.known:
                    imported.known.id = answer.user_id

    def _set_statuses(self, batch: Sequence[_Imported]) -> None:
        """Of those who were registered now, and of those whose import was broken off before this."""
        there = {each.known.id for each in batch if each.known and each.known.id and each.known.is_undecided}
        about = JournalSubject.objects.filter(subject__in=there, entry__operation__in=_OF_STATUS)
        decided = set(about.values_list("subject", flat=True)) if there else set()
        for standing in (Standing.VERIFIED, Standing.SUSPENDED):
            self._set_status(standing, [each for each in batch if _wants(each, standing, decided)])

    def _set_status(self, standing: Standing, batch: Sequence[_Imported]) -> None:
        commands = [_of_status(each) for each in batch]
        for imported, answer in zip(batch, carried_out(self.way, commands, self.context), strict=True):
            if isinstance(answer, DomainError):
                imported.remarks.append(f"the status was not set: {answer.message}")
            else:
                imported.also = standing.value
                if imported.became == Became.THERE:
                    imported.remarks.append(f"the status was still to be set: {standing.value}")


def _say_statuses(batch: Sequence[_Imported]) -> None:
    """What would be set, where nobody was registered."""
    for imported in batch:
        if imported.person and imported.became == Became.ADDED:
            imported.also = imported.person.status.standing.value


def _wants(imported: _Imported, standing: Standing, decided: set[UUID]) -> bool:
    if not imported.person or not imported.known or imported.person.status.standing is not standing:
        return False
    is_open = imported.known.is_undecided and imported.known.id not in decided
    return imported.became == Became.ADDED or (imported.became == Became.THERE and is_open)


def _of_status(imported: _Imported) -> VerifyUser | SuspendUser:
    person, known = cast(PersonRow, imported.person), cast(_Known, imported.known)
    user_id, status = cast(UUID, known.id), person.status
    if status.standing is Standing.VERIFIED:
        return VerifyUser(user_id=user_id)
    return SuspendUser(user_id=user_id, reason=status.reason, until=status.until)


def _is_there_with(known: _Known) -> str:
    return (
        f"somebody of this name, with this e-mail address or date of birth, has the card {known.card}: "
        f"if it is the same person, give the new card at the desk"
    )


def _known(user: LibraryUser) -> _Known:
    return _Known(
        user.name_key,
        barcode_key(user.barcode),
        user.barcode,
        user.email_key,
        user.birth_date,
        id=user.pk,
        status=user.status,
    )
