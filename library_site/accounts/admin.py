"""The admin of staff accounts, groups and tokens: Django's and knox' own, whose history is the journal."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import CharField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from knox.admin import AuthTokenAdmin
from knox.models import AuthToken

from library_site.admin.journal import JournalHistory

from .forms import AccountNameField, AdminSignInForm, NameField, expires, last_expiry

NAMES: Any = {CharField: {"form_class": NameField}}


class JournalledUserAdmin(JournalHistory, UserAdmin):  # type: ignore[type-arg]
    formfield_overrides = NAMES

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == User.USERNAME_FIELD:  # for which the forms say another field, which goes before ours
            kwargs["form_class"] = AccountNameField
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class JournalledGroupAdmin(JournalHistory, GroupAdmin):
    formfield_overrides = NAMES


class JournalledTokenAdmin(JournalHistory, AuthTokenAdmin):
    """A token ends, whoever makes it: when it is told to, within a year."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "expiry":
            kwargs |= {"validators": [expires], "help_text": _("Empty: as late as can be, which is in a year.")}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: AuthToken, form: Any, change: bool) -> None:
        obj.expiry = obj.expiry or last_expiry()
        super().save_model(request, obj, form, change)

    def journal_search(self, object_id: str) -> str:
        """What is about the account: the journal does not know a token by its id, which is its digest."""
        account = AuthToken.objects.filter(pk=object_id).values_list("user", flat=True).first()
        return f"{User._meta.label_lower}:{account}"


admin.site.login_form = AdminSignInForm
admin.site.unregister([User, Group, AuthToken])
admin.site.register(User, JournalledUserAdmin)
admin.site.register(Group, JournalledGroupAdmin)
admin.site.register(AuthToken, JournalledTokenAdmin)
