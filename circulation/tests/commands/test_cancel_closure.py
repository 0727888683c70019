"""CancelClosure: a closure is taken back as one (rule 25)."""

from datetime import date

from circulation.commands import CancelClosure
from circulation.commands.cancel_closure import ClosureOver
from circulation.models import Closure
from circulation.tests.commands.test_add_closure import unused_days
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused


def _closure(it: Arranger) -> Arguments:
    return {"closure_id": it("AddClosure", **unused_days())["closure_id"]}


DECLARED = declared(
    CancelClosure,
    good=_closure,
    statements=6,
    refusals=[
        refused(
            ClosureOver,
            "The closure is over since 6 January 2025.",
            lambda it: {"closure_id": Closure.objects.create(first=date(2025, 1, 1), last=date(2025, 1, 6)).pk},
        )
    ],
)
