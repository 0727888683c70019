"""GetUserFile: all that the desk has to know of a person."""

from circulation.queries import GetUserFile
from tests.declared import declared

DECLARED = declared(
    GetUserFile,
    good=lambda it: {"user_id": it.who_waits_for(2)},
    statements=1,
    large=lambda it: [{"user_id": it.reader_id}],
)
