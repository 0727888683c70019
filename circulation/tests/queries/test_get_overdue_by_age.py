"""GetOverdueByAge: how many books are how late."""

import pytest

from circulation.queries import GetOverdueByAge
from tests.arranger import after
from tests.declared import declared

pytestmark = pytest.mark.django_db


DECLARED = declared(GetOverdueByAge, good=lambda it: after(it.overdue_book(), {}), statements=1, large=lambda it: [{}])
