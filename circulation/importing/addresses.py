"""A postal address, of the cells that have its parts."""

from catalog.text import collapse
from library_site.tables import Row


def address_of(row: Row) -> str:
    """In the lines in which a letter has it: house, place, country. A state stands before its postal code."""
    street = " ".join(filter(None, (", ".join(row.all("street")), row.one("house_number"))))
    code, city, state = row.one("zip"), row.one("city"), row.one("state")
    place = f"{city}, {state} {code}" if city and state else " ".join(filter(None, (code, city, state)))
    lines = [street, row.one("address_2"), place, row.one("country")]
    return "\n".join(line for line in map(collapse, lines) if line)
