"""GetUserFile: all that the desk has to know of a person."""

from circulation.queries import GetUserFile
from tests.declared import declared

DECLARED = declared(
    GetUserFile,
    good=lambda it: {"user_id": it.who_waits_for(2)},
    statements=2,  # and the library's policy, for the limit
    large=lambda it: [{"user_id": it.reader_id}],
)
