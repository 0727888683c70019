"""Forms of the people who borrow."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import MAX_NAME
from circulation.commands import ChangeContact, RegisterUser, ReinstateUser, SuspendUser
from circulation.forms.picks import UserPick
from circulation.models import MAX_EMAIL
from library_site.html.form_fields import day_field, number_field, reason_field, text_field
from library_site.html.forms import TaskForm


def email_field(**kwargs: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "off"})
    return forms.EmailField(label=_("E-mail"), max_length=MAX_EMAIL, widget=widget, **kwargs)


class KnownOtherwiseForm(TaskForm):
    """A form of what only one person has: who has it already is found by it."""

    about: ClassVar = {"email_already_registered": "email", "barcode_taken": "barcode", "required": "name"}


class RegisterUserForm(KnownOtherwiseForm):
    message = RegisterUser

    name = text_field(_("Name"), max_length=MAX_NAME)
    email = email_field()
    barcode = number_field(_("Library card"), _("Scan it, if there is one already. Empty: it gets the next number."))


class ChangeContactForm(KnownOtherwiseForm):
    message = ChangeContact

    user_id = UserPick()
    name = text_field(
        _("New name"), _("Left empty, it stays as it is."), max_length=MAX_NAME, required=False, empty_value=None
    )
    email = email_field(help_text=_("Left empty, it stays as it is."), required=False, empty_value=None)
    barcode = number_field(
        _("New library card"), _("Scan it. Left empty, the person keeps the card that there is."), empty_value=None
    )


class SuspendUserForm(TaskForm):
    message = SuspendUser

    user_id = UserPick()
    reason = reason_field(_("It is shown at the desk."))
    until = day_field(_("Last day"), _("Left empty, the suspension lasts until somebody ends it."), required=False)


class ReinstateUserForm(TaskForm):
    message = ReinstateUser

    user_id = UserPick()
    reason = reason_field(_("It is shown at the desk, in the place of why the person was suspended."))
