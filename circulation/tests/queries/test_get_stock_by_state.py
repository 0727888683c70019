"""GetStockByState: where the books are."""

from circulation.queries import GetStockByState
from tests.arranger import after
from tests.declared import declared

DECLARED = declared(GetStockByState, good=lambda it: after(it.overdue_book(), {}), statements=1, large=lambda it: [{}])
