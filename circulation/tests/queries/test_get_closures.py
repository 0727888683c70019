"""GetClosures: what is set (rule 25)."""

from circulation.queries import GetClosures
from circulation.tests.commands.test_add_closure import unused_days
from tests.arranger import Arguments, Arranger
from tests.declared import declared


def _closures(it: Arranger, number: int) -> Arguments:
    for _ in range(number):
        it("AddClosure", **unused_days())
    return {}


DECLARED = declared(GetClosures, rows=_closures, statements=2, large=lambda it: [{}])
