"""The rows of people that this library has exported: what they say is taken as it is."""

from django.utils.timezone import localdate

from library_site.cqrs.barcodes import is_barcode_like
from library_site.importing.fates import SomethingElse, Unusable
from library_site.tables import Row, Table
from library_site.tables.names import Order

from .days import Days
from .person_rows import PersonReader, PersonRow, card_in, that_can_be_stored
from .statuses import status_of


class OurPersonReader(PersonReader):
    """A name has its commas, an address and a note their lines."""

    def read(self, row: Row) -> PersonRow:
        if row.problem:
            raise (SomethingElse if row.given else Unusable)(row.problem)
        if not row.one("name"):
            raise Unusable("it has no name")
        today, card = localdate(), row.one("card")
        status = status_of(row, self.days, today, verified=self.verified)
        person = PersonRow(
            name=row.one("name"),
            card=card if is_barcode_like(card) else card_in(row),
            email=row.one("email"),
            birth_date=self.days.read(row.one("birth_date"), today),
            phone=row.one("phone"),
            address=row.one("street"),
            language=row.one("language"),
            note=row.one("remarks"),
            status=status,
            remarks=status.remarks,
            given=tuple(row.given),
        )
        return that_can_be_stored(person)


def person_reader(table: Table, days: Days, order: Order | None = None, *, verified: bool = False) -> PersonReader:
    """What reads the people of a file, ours or another; whose names somebody knows the order of is another's."""
    kind = OurPersonReader if table.is_ours and order is None else PersonReader
    return kind(table.columns, days, order, verified=verified)
