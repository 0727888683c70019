"""VerifyUser: somebody has seen who it is."""

from uuid import UUID

import pytest
from rest_framework.test import APIClient

from circulation.commands import VerifyUser
from circulation.commands.verify_user import UserVerified
from circulation.domain.people import UserSuspended
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused
from tests.library import context, register

pytestmark = pytest.mark.django_db


def who_lost_a_book(it: Arranger) -> Arguments:
    person = it.person("Ann Lee")
    it.lost_book(person=person)
    return {"user_id": person}


DECLARED = declared(
    VerifyUser,
    good=lambda it: {"user_id": it.person()},
    statements=6,  # the user (locked), the user
    refusals=[
        refused(
            UserSuspended,
            "Ann Lee is suspended; verifying would not lift that.",
            who_lost_a_book,
            remedy="ReinstateUser",
        ),
    ],
    moves=[lambda it: {"user_id": it.person_suspended_until_yesterday()}],
)


def verify(user_id: UUID) -> UserVerified:
    return dispatch(VerifyUser(user_id=user_id), context())


def test_verifying_leaves_the_comment_that_staff_wrote(api: APIClient) -> None:
    ann = register()
    api.patch(f"/api/user/{ann}", {"status_comment": "Passport is with the front office."})

    verify(ann)

    assert LibraryUser.objects.get(pk=ann).status_comment == "Passport is with the front office."
