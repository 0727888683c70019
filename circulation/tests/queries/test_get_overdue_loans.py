"""GetOverdueLoans: what should be back by now."""

from circulation.queries import GetOverdueLoans
from tests.arranger import after
from tests.declared import declared

DECLARED = declared(
    GetOverdueLoans,
    rows=lambda it, books: after([it.overdue_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}],
)
