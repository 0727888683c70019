"""The admin of staff accounts, groups and tokens: Django's and knox' own, whose history is the journal."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from knox.admin import AuthTokenAdmin
from knox.models import AuthToken

from library_site.admin.journal import JournalHistory
from library_site.cqrs.errors import NotAllowed

from .sign_ins import refused


class JournalledUserAdmin(JournalHistory, UserAdmin):  # type: ignore[type-arg]
    pass


class JournalledGroupAdmin(JournalHistory, GroupAdmin):
    pass


class JournalledTokenAdmin(JournalHistory, AuthTokenAdmin):
    def journal_search(self, object_id: str) -> str:
        """What is about the account: the journal does not know a token by its id, which is its digest."""
        account = AuthToken.objects.filter(pk=object_id).values_list("user", flat=True).first()
        return f"{User._meta.label_lower}:{account}"


class SignInForm(AdminAuthenticationForm):
    def confirm_login_allowed(self, user: Any) -> None:
        """Django's; whoever has the right password but may not enter the admin is refused like others."""
        try:
            super().confirm_login_allowed(user)
        except ValidationError:
            refused(self.request, user.pk, NotAllowed.code)
            raise


admin.site.login_form = SignInForm
admin.site.unregister([User, Group, AuthToken])
admin.site.register(User, JournalledUserAdmin)
admin.site.register(Group, JournalledGroupAdmin)
admin.site.register(AuthToken, JournalledTokenAdmin)
