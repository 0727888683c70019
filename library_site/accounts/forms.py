"""Forms about staff accounts: who signs in, and what accounts and groups are called."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.settings import knox_settings

from library_site.cqrs.errors import NotAllowed
from library_site.cqrs.validation import as_seen, in_keys

from .sign_ins import refused

LONGEST_NAME = User._meta.get_field("username").max_length or 0
LONGEST: timedelta = knox_settings.TOKEN_TTL
"""What a token is valid for, at the most."""


class SignInForm(AuthenticationForm):
    """Django's; what nobody sees in a name is not typed, and what no account can be called is looked up nowhere."""

    def clean_username(self) -> str:
        name = in_keys(self.cleaned_data["username"])
        if len(name) > LONGEST_NAME:
            raise self.get_invalid_login_error()
        return name


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    def confirm_login_allowed(self, user: Any) -> None:
        """Django's; whoever has the right password but may not enter the admin is refused like others."""
        try:
            super().confirm_login_allowed(user)
        except ValidationError:
            refused(self.request, user.pk, NotAllowed.code)
            raise


class NameField(forms.CharField):
    """A name, of which what is seen is kept."""

    def to_python(self, value: Any) -> Any:
        return as_seen(super().to_python(value)).strip()


class AccountNameField(NameField, UsernameField):
    """The name that an account signs in by: Django's takes fillers of Hangul, which nobody sees, for letters."""


def last_expiry() -> datetime:
    """When a token ends that is made now, at the latest."""
    return timezone.now() + LONGEST


def expires(expiry: datetime) -> None:
    """Raises ValidationError for a token that would be valid for longer than any should."""
    if expiry > last_expiry():
        message = _("A token is valid for {days} days at most.")
        raise ValidationError(message.format(days=LONGEST.days), code="too_long")
