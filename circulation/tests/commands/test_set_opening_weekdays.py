"""SetOpeningWeekdays: on which weekdays the library is open (rule 25)."""

from circulation.commands import SetOpeningWeekdays
from circulation.policies import LibraryNeverOpens
from library_site.cqrs import InvalidInput
from tests.arranger import after
from tests.declared import declared, refused

DECLARED = declared(
    SetOpeningWeekdays,
    good=lambda it: after(it("SetOpeningWeekdays", weekdays="1234567"), {"weekdays": "12345"}),
    statements=8,
    refusals=[
        refused(InvalidInput, "Weekdays are 1 (Monday) to 7 (Sunday), in this order.", lambda it: {"weekdays": "18"}),
        refused(
            LibraryNeverOpens,
            "By its calendar the library is not open on any day to come.",
            lambda it: {"weekdays": ""},
        ),
    ],
)
