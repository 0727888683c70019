"""SetNameAndAddress: what the library is called, and where it is."""

from circulation.commands import SetNameAndAddress
from library_site.cqrs import InvalidInput
from tests.arranger import after
from tests.declared import declared, refused

DECLARED = declared(
    SetNameAndAddress,
    good=lambda it: after(it("SetNameAndAddress", name="Library"), {"name": "Arrakeen Public Library"}),
    statements=7,
    refusals=[
        refused(InvalidInput, "This text holds characters that cannot be stored.", lambda it: {"name": "Arra \a keen"}),
    ],
)
