"""ExpireReservations: what is to be done every day about copies that nobody collected."""

from circulation.commands import ExpireReservations
from tests.arranger import after
from tests.declared import about, declared

DECLARED = declared(
    ExpireReservations,
    good=lambda it: after(it.book_not_collected(), {}),
    step=about(),
    statements=12,  # the books, their titles; of each the reservation, the reservation, the copy, the queue; files
    moves=[lambda it: after(it.reserve(it.book_not_collected()), {})],
)
