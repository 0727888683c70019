"""GetClosures: what is set (rule 25)."""

from datetime import date, timedelta

from circulation.queries import GetClosures
from tests.arranger import Arguments, Arranger
from tests.declared import declared


def _closures(it: Arranger, number: int) -> Arguments:
    for week in range(number):
        day = date(2099, 12, 24) + timedelta(weeks=week)
        it("AddClosure", first=day, last=day)
    return {}


DECLARED = declared(GetClosures, rows=_closures, statements=2, large=lambda it: [{}])
