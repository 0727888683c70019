"""SetOpeningWeekdays: on which weekdays the library is open (rule 25)."""

from circulation.commands import SetOpeningWeekdays
from circulation.policies import LibraryNeverOpens
from library_site.cqrs import InvalidInput
from tests.declared import declared, refused

DECLARED = declared(
    SetOpeningWeekdays,
    good=lambda it: {"weekdays": [1, 2, 3, 4, 5]},
    statements=10,
    refusals=[
        refused(InvalidInput, "8 is no weekday", lambda it: {"weekdays": [1, 8]}),
        refused(LibraryNeverOpens, "The library is not open on any day to come", lambda it: {"weekdays": []}),
    ],
)
