"""GetLibrary: what the library says of itself."""

from circulation.queries import GetLibrary
from tests.declared import declared

DECLARED = declared(
    GetLibrary,
    good=lambda it: {},
    statements=1,
    large=lambda it: [{}],
)
