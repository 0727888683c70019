"""The people of a file on their way into the library, by RegisterUser, VerifyUser and SuspendUser. Adapter."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Code
from circulation.commands import RegisterUser, SuspendUser, VerifyUser
from circulation.domain.people import MaybeRegistered
from circulation.models import LibraryUser
from library_site.cqrs import Context, DomainError, rehearse_all
from library_site.cqrs.models import JournalSubject
from library_site.importing.fates import Became, Fate
from library_site.importing.imports import Import, Way
from library_site.tables import Row

from .imported_people import ImportedPerson, Known, known_as
from .person_rows import OPTIONAL, PersonReader, PersonRow
from .statuses import Standing

NAMESAKES = "Namesakes in the files of the former system."

_OF_STATUS = ("VerifyUser", "SuspendUser", "ReinstateUser", "EndSuspensions", "EditRecord")
"""Whose status the journal has one of these of is no longer what an import would say."""


class PeopleImport(Import[PersonRow]):
    """The import of a file. Who is there already is known by the card; without one, by the name with the date of birth
    or the e-mail address; by the name alone, when the library has as many of that name as the file had so far.

    So the file may be imported again. A status is set once: whatever was decided about somebody since stands.
    """

    reader: PersonReader
    other = "not a person"

    def __init__(self, reader: PersonReader, way: Way, context: Callable[[], Context], unit: str = "line") -> None:
        super().__init__(reader, way, context, unit)
        self._cards: dict[str, Known | None] = {}
        self._named: dict[str, list[Known]] = {}
        self._of_name: Counter[str] = Counter()
        self._lines: dict[tuple[str, ...], int] = {}

    def done(self, rows: Sequence[Row]) -> list[Fate]:
        batch = [self.read(row, ImportedPerson(row.line)) for row in rows]
        people = [(each, each.says) for each in batch if each.says]
        self._look_up([person for _, person in people])
        for imported, person in people:
            self._decide(imported, person)
        self._register([each for each in batch if each.command])
        if self.way is not rehearse_all:
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
            self._named[user.name_key].append(known_as(user))
        for code in Code.objects.filter(pk__in=cards).select_related("user"):
            self._cards[code.key] = known_as(code.user) if code.user else None

    def _decide(self, imported: ImportedPerson, person: PersonRow) -> None:
        if person.card_key in self._cards:
            self._with_known_card(imported, person, self._cards[person.card_key])
            return
        if not person.card and (first := self._lines.setdefault(person.given, imported.line)) != imported.line:
            imported.is_now(Became.THERE, _("the row is the same as that on line {line}").format(line=first))
            return
        self._of_name[person.name_key] += 1
        named = self._named[person.name_key]
        same = next((each for each in named if each.may_be(person)), None)
        if same is None and person.is_known_by_name_only and len(named) >= self._of_name[person.name_key]:
            imported.known = named[0] if len(named) == 1 else None
            imported.is_now(
                Became.THERE, _("somebody of this name is there, and the row says nothing that tells them apart")
            )
        elif same and not person.card:
            imported.known = same
            imported.is_now(Became.THERE)
        elif same and same.card_key not in self.reader.cards:
            imported.is_now(Became.REJECTED, _is_there_with(same))
        else:
            self._add(imported, person, same)

    def _with_known_card(self, imported: ImportedPerson, person: PersonRow, known: Known | None) -> None:
        if known is None:
            imported.is_now(Became.REJECTED, _("the card {card} is the label of a book").format(card=person.card))
        elif known.name != person.name_key:
            where = _(" (line {line})").format(line=known.line) if known.line else ""
            imported.is_now(Became.REJECTED, _("somebody else has the card {card}").format(card=person.card) + where)
        else:
            self._of_name[person.name_key] += not known.line
            imported.known = known
            imported.is_now(
                Became.THERE, *([_("the card is on line {line}, too").format(line=known.line)] if known.line else [])
            )

    def _add(self, imported: ImportedPerson, person: PersonRow, same: Known | None) -> None:
        named = self._named[person.name_key]
        if same:
            imported.remarks.append(_("perhaps the same person as the one with the card {card}").format(card=same.card))
        override = any(each.is_asked_for(person) for each in named)
        imported.command = RegisterUser(
            name=person.name,
            barcode=person.card,
            override=(MaybeRegistered.code,) if override else (),
            override_reason=NAMESAKES if override else "",
            **{name: getattr(person, name) for name in OPTIONAL},
        )
        known = Known(
            person.name_key, person.card_key, person.card, person.email_key, person.birth_date, line=imported.line
        )
        imported.known = known
        named.append(known)
        if person.card:
            self._cards[person.card_key] = known

    def _register(self, batch: Sequence[ImportedPerson]) -> None:
        answers = self.carried_out([each.command for each in batch if each.command])
        for imported, answer in zip(batch, answers, strict=True):
            if isinstance(answer, DomainError):
                imported.is_now(Became.REJECTED, answer.message)
            else:
                imported.is_now(Became.ADDED)
                if imported.known:
                    imported.known.id = answer.user_id

    def _set_statuses(self, batch: Sequence[ImportedPerson]) -> None:
        """Of those who were registered now, and of those whose import was broken off before this."""
        there = {each.known.id for each in batch if each.known and each.known.id and each.known.is_undecided}
        about = JournalSubject.objects.filter(subject__in=there, entry__operation__in=_OF_STATUS)
        decided = set(about.values_list("subject", flat=True)) if there else set()
        for standing in (Standing.VERIFIED, Standing.SUSPENDED):
            self._set_status(standing, [each for each in batch if _wants(each, standing, decided)])

    def _set_status(self, standing: Standing, batch: Sequence[ImportedPerson]) -> None:
        commands = [_of_status(each) for each in batch]
        for imported, answer in zip(batch, self.carried_out(commands), strict=True):
            if isinstance(answer, DomainError):
                imported.remarks.append(_("the status was not set: {why}").format(why=answer.message))
            else:
                imported.also.append(standing.value)
                if imported.became == Became.THERE:
                    imported.remarks.append(
                        _("the status was still to be set: {status}").format(status=_(standing.value))
                    )


def _say_statuses(batch: Sequence[ImportedPerson]) -> None:
    """What would be set, where nobody was registered."""
    for imported in batch:
        standing = imported.says.status.standing if imported.says else Standing.NONE
        if standing.value and imported.became == Became.ADDED:
            imported.also.append(standing.value)


def _wants(imported: ImportedPerson, standing: Standing, decided: set[UUID]) -> bool:
    if not imported.says or not imported.known or imported.says.status.standing is not standing:
        return False
    is_open = imported.known.is_undecided and imported.known.id not in decided
    return imported.became == Became.ADDED or (imported.became == Became.THERE and is_open)


def _of_status(imported: ImportedPerson) -> VerifyUser | SuspendUser:
    person, known = cast(PersonRow, imported.says), cast(Known, imported.known)
    user_id, status = cast(UUID, known.id), person.status
    if status.standing is Standing.VERIFIED:
        return VerifyUser(user_id=user_id)
    return SuspendUser(user_id=user_id, reason=status.reason, until=status.until)


def _is_there_with(known: Known) -> str:
    message = _(
        "somebody of this name, with this e-mail address or date of birth, has the card {card}: "
        "if it is the same person, give the new card at the desk"
    )
    return message.format(card=known.card)
