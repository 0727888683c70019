"""VerifyUser: somebody has seen who it is."""

from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from circulation.commands import VerifyUser
from circulation.commands.verify_user import UserVerified
from circulation.domain.people import UserSuspended
from circulation.models import LibraryUser
from library_site.cqrs import NotFound, dispatch
from tests.library import add_book, borrow, context, register, suspend_by_loss

pytestmark = pytest.mark.django_db


def verify(user_id: UUID) -> UserVerified:
    return dispatch(VerifyUser(user_id=user_id), context())


def test_a_user_is_verified_and_may_then_borrow_more_books() -> None:
    ann = register()
    for _ in range(2):
        borrow(add_book(), ann)

    assert verify(ann) == UserVerified(user_id=ann, status="VERIFIED")

    borrow(add_book(), ann)
    assert LibraryUser.objects.get(pk=ann).status == "VERIFIED"


def test_verifying_twice_changes_nothing() -> None:
    ann = register(verified=True)
    before = LibraryUser.objects.values().get(pk=ann)

    assert verify(ann).status == "VERIFIED"
    assert LibraryUser.objects.values().get(pk=ann) == before


def test_verifying_leaves_the_comment_that_staff_wrote(api: APIClient) -> None:
    ann = register()
    api.patch(f"/api/user/{ann}", {"status_comment": "Passport is with the front office."})

    verify(ann)

    assert LibraryUser.objects.get(pk=ann).status_comment == "Passport is with the front office."


def test_verifying_never_lifts_a_suspension() -> None:
    ann = register("Ann Lee")
    suspend_by_loss(ann)

    with pytest.raises(UserSuspended, match="Ann Lee is suspended; verifying would not lift that"):
        verify(ann)

    assert LibraryUser.objects.get(pk=ann).status == "SUSPENDED"


def test_a_user_that_the_library_has_not_is_not_found() -> None:
    with pytest.raises(NotFound, match="no user with this id"):
        verify(uuid4())
