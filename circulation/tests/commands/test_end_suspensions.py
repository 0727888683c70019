"""EndSuspensions: what is to be done every day about suspensions that are over."""

from circulation.commands import EndSuspensions
from tests.arranger import after
from tests.declared import about, declared

DECLARED = declared(
    EndSuspensions,
    good=lambda it: after(it.person_suspended_until_yesterday(), {}),
    step=about(),
    statements=8,  # copies to lock, the users (locked), each, copies to serve
    moves=[
        lambda it: after(it.person_suspended_until_yesterday(verified=True), {}),
        lambda it: after(it.passed_over(until_yesterday=True), {}),
    ],
)
