"""SetLibraryName: what the library is called, and where it is."""

from circulation.commands import SetLibraryName
from library_site.cqrs import InvalidInput
from tests.declared import about, declared, refused

DECLARED = declared(
    SetLibraryName,
    good=lambda it: {"name": "Arrakeen Public Library", "address": "1 Palace Square"},
    step=about(),
    statements=9,
    refusals=[
        refused(InvalidInput, "Say what the library is called.", lambda it: {"name": " "}),
        refused(InvalidInput, "This text holds characters that cannot be stored.", lambda it: {"name": "Arra \a keen"}),
    ],
)
