"""Search boxes in which people and reservations are found."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms.picks import LabelledPick
from catalog.models.codes import is_old_label, replaced_card
from catalog.policies import BarcodeKind
from circulation.queries import GetReservationsByUser, SearchUsers
from circulation.queries.search_users import FoundUser
from library_site.cqrs import Context, dispatch
from library_site.html.picks import CHOICES, Pick


class UserPick(LabelledPick):
    """A person, by the barcode on the library card, or by letters of the name or e-mail address."""

    kind = "user"
    barcode_kind = BarcodeKind.CARD

    def __init__(self, **kwargs: Any) -> None:
        help_text = gettext_lazy("Scan the library card, or type first letters of the name or e-mail address.")
        texts = {"label": gettext_lazy("Person"), "help_text": help_text}
        super().__init__(error_messages={"required": gettext_lazy("Choose a person.")}, **texts | kwargs)

    def search(self, typed: str, context: Context) -> list[Any]:
        return _people(typed, context)


def _people(typed: str, context: Context) -> list[FoundUser]:
    """Those who match; nobody by a card that was replaced, which somebody may have found."""
    rows = dispatch(SearchUsers(q=typed, page_size=CHOICES), context).rows
    return [] if is_old_label(typed, rows) and replaced_card(typed) else rows


class Reserved(NamedTuple):
    """A reservation to choose. `id` names the person too, as links do: reservations are looked up by person."""

    id: str
    reservation_id: UUID
    book_id: UUID
    title: str
    author_name: str
    user_name: str
    user_barcode: str
    position: int
    held_until: date | None


class ReservationPick(Pick):
    """A reservation, by the person who waits. Cleaned, it is the reservation's id."""

    kind = "reservation"

    def __init__(self, **kwargs: Any) -> None:
        help_text = gettext_lazy(
            "Scan the library card, or type first letters of the name of the person who waits. "
            "Queues and people's pages link to here."
        )
        texts = {"label": gettext_lazy("Reservation"), "help_text": help_text}
        super().__init__(error_messages={"required": gettext_lazy("Choose a reservation.")}, **texts | kwargs)

    def search(self, typed: str, context: Context) -> list[Reserved]:
        reservation_id, _, user_id = typed.rpartition(":")
        people = _people(user_id, context)
        found = [
            Reserved(
                id=f"{row.id}:{person.id}",
                reservation_id=row.id,
                book_id=row.book_id,
                title=row.title,
                author_name=row.author_name,
                user_name=person.name,
                user_barcode=person.barcode,
                position=row.position,
                held_until=row.held_until,
            )
            for person in people
            for row in dispatch(GetReservationsByUser(user_id=person.id, page_size=CHOICES), context).rows
        ]
        return [row for row in found if reservation_id in {"", str(row.reservation_id)}][:CHOICES]

    def clean(self, value: tuple[str, str] | None) -> Any:
        """Raises ValidationError; what is chosen though nobody waits by it (any more) the library refuses."""
        typed, chosen = value or ("", "")
        try:
            super().clean(value)
        except forms.ValidationError:
            if not typed and (named := _uuid(chosen.partition(":")[0])):
                return named
            raise
        return self.picked.reservation_id if self.picked else None

    def doubt(self, typed: str, rows: list[Any]) -> forms.ValidationError:
        if rows:
            return super().doubt(typed, rows)
        if replaced := replaced_card(typed):
            return forms.ValidationError(replaced, code="replaced")
        said = _("Nothing matches: nobody of that name waits for a book.")
        return forms.ValidationError(said, code="no_match")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
