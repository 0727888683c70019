"""Who is signed in, and what they may do: asked on each request, so that what is given or taken away holds at once."""

from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User
from django.db import connection


class Accounts(ModelBackend):
    """Django's, but that it takes two statements, which are not made anew each time.

    What an account may do by itself, and by its groups, is one of them.
    """

    def get_user(self, user_id: Any) -> Any:
        found = User.objects.raw("SELECT * FROM auth_user WHERE id = %s", [user_id])
        return next((each for each in found if self.user_can_authenticate(each)), None)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is None and user_obj.is_active and not user_obj.is_superuser and not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = _permissions_of(user_obj.pk)
        return super().get_all_permissions(user_obj, obj)


def _permissions_of(account_id: int) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [account_id, account_id])
        return {f"{app}.{codename}" for app, codename in cursor.fetchall()}


@cache
def _statement() -> str:
    """Asks for an account, twice."""
    permissions = Permission.objects.order_by().values_list("content_type__app_label", "codename")
    by_itself, by_groups = permissions.filter(user=0), permissions.filter(group__user=0)
    return by_itself.union(by_groups).query.sql_with_params()[0]
