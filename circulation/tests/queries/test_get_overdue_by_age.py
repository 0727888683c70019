"""GetOverdueByAge: how many books are how late."""

from circulation.queries import GetOverdueByAge
from tests.arranger import after
from tests.declared import declared

DECLARED = declared(GetOverdueByAge, good=lambda it: after(it.overdue_book(), {}), statements=1, large=lambda it: [{}])
