"""VerifyUser: somebody has seen who it is."""

from circulation.commands import VerifyUser
from circulation.domain.people import UserSuspended
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, refused


def who_lost_a_book(it: Arranger) -> Arguments:
    person = it.person("Ann Lee")
    it.lost_book(person=person)
    return {"user_id": person}


DECLARED = declared(
    VerifyUser,
    good=lambda it: {"user_id": it.person()},
    step=about("NOT_VERIFIED", "SUSPENDED", weight=2),
    statements=6,  # the user (locked), the user
    refusals=[
        refused(
            UserSuspended,
            "Ann Lee is suspended; verifying would not lift that.",
            who_lost_a_book,
            remedy="ReinstateUser",
        ),
    ],
    moves=[
        lambda it: {"user_id": it.person_suspended_until_yesterday()},
        lambda it: {"user_id": it.passed_over(until_yesterday=True)},
    ],
)
