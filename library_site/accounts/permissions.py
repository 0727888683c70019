"""Who is signed in, and what they may do: asked on each request, so that what is given or taken away holds at once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User
from django.db.models import QuerySet

from library_site.statements import Given, compiled

from .sign_ins import not_looked_at
from .strangers.attempts import TooManyAttempts, attempt


class Accounts(ModelBackend):
    """Django's, but that it takes two statements, which are compiled once.

    What an account may do by itself, and by its groups, is one of them.
    """

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **kwargs: Any) -> Any:
        """As Django's, of so many attempts. Raises TooManyAttempts."""
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        try:
            with attempt(request, username, password) as forgive:
                if account := super().authenticate(request, username, password, **kwargs):
                    forgive()
                return account
        except TooManyAttempts:
            not_looked_at(request, username)
            raise

    def get_user(self, user_id: Any) -> Any:
        found = compiled(_account).rows({"account": user_id})
        return next((each for each in found if self.user_can_authenticate(each)), None)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is None and user_obj.is_active and not user_obj.is_superuser and not hasattr(user_obj, "_perm_cache"):
            found = compiled(_permissions).rows({"account": user_obj.pk})
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in found}
        return super().get_all_permissions(user_obj, obj)


def _account() -> "QuerySet[User]":
    return User.objects.filter(pk=Given("account", User._meta.pk))


def _permissions() -> "QuerySet[Any]":
    account = Given("account", User._meta.pk)
    permissions = Permission.objects.order_by().values_list("content_type__app_label", "codename")
    return permissions.filter(user=account).union(permissions.filter(group__user=account))
