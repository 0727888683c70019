"""Forms of the people who borrow."""

from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from catalog.models import MAX_NAME
from circulation.commands import ChangeContact, RegisterUser, ReinstateUser, SuspendUser
from circulation.domain.words import who
from circulation.forms.filled_in import FilledInForm
from circulation.forms.picks import UserPick
from circulation.models import MAX_EMAIL
from circulation.queries import GetUserFile
from library_site.cqrs import DomainError, dispatch
from library_site.cqrs.operations import operation_of
from library_site.html.form_fields import day_field, lines_field, name_field, number_field, reason_field, text_field
from library_site.html.forms import TaskForm
from library_site.html.links import Link

MORE = ("phone", "address", "language", "note")


def email_field(**kwargs: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "off"})
    return forms.EmailField(label=_("E-mail"), max_length=MAX_EMAIL, widget=widget, required=False, **kwargs)


def birth_date_field() -> forms.DateField:
    return day_field(_("Date of birth"), _("Tells people of one name apart."), required=False)


def phone_field() -> forms.CharField:
    return text_field(_("Telephone"), max_length=50, required=False)


def address_field() -> forms.CharField:
    return lines_field(_("Postal address"), max_length=500)


def language_field() -> forms.ChoiceField:
    choices = [("", _("That of the library")), *settings.LANGUAGES]
    help_text = _("In which the library writes.")
    return forms.ChoiceField(label=_("Language"), choices=choices, required=False, help_text=help_text)


def note_field() -> forms.CharField:
    return lines_field(_("Note"), _("For staff: it is shown at the desk."), max_length=1000)


class RegisterUserForm(TaskForm):
    """The card comes last of what is seen at once: its scan sends the form off."""

    message = RegisterUser
    about: ClassVar = {"barcode_taken": "barcode", "maybe_registered": "name"}
    more = MORE

    name = name_field(_("Name"), max_length=MAX_NAME)
    birth_date = birth_date_field()
    email = email_field(help_text=_("Empty for who has none; a family may share one."))
    barcode = number_field(_("Library card"), _("Scan it, if there is one already. Empty: it gets the next number."))
    phone = phone_field()
    address = address_field()
    language = language_field()
    note = note_field()

    def refuse(self, refusal: DomainError) -> None:
        """Who may be the same is named on the link, to whom may see it."""
        super().refuse(refusal)
        self.remedies["name"] = [*map(self._named, self.remedies.get("name", []))]

    def _named(self, link: Link) -> Link:
        user_id = parse_qs(urlsplit(link.url).query).get("user_id", [""])[0]
        found = dispatch(GetUserFile(user_id=UUID(user_id)), self.context).rows if user_id else []
        return link._replace(text=who(found[0])) if found else link


class ChangeContactForm(FilledInForm):
    message = ChangeContact
    about: ClassVar = {"barcode_taken": "barcode", "required": "name"}
    EMPTIED = ("birth_date", "email", *MORE)
    FILLED_IN = ("name", *EMPTIED)
    shows_first = "user_id"
    more = MORE

    user_id = UserPick()
    name = name_field(
        _("New name"), _("Left empty, it stays as it is."), max_length=MAX_NAME, required=False, empty_value=None
    )
    birth_date = birth_date_field()
    email = email_field(help_text=_("Empty for who has none; a family may share one."))
    barcode = number_field(
        _("New library card"), _("Scan it. Left empty, the person keeps the card that there is."), empty_value=None
    )
    phone = phone_field()
    address = address_field()
    language = language_field()
    note = note_field()

    def known(self, row: Any) -> dict[str, str]:
        """All that is known, to whom may see the page of the person; the card that there is does not stand in a box."""
        may = self.context.actor.may(operation_of(GetUserFile).permission)
        found = dispatch(GetUserFile(user_id=row.id), self.context).rows if may else []
        for name in () if found else MORE:
            del self.fields[name]
        known = {name: str(getattr(found[0] if found else row, name, None) or "") for name in self.FILLED_IN}
        return {**known, "barcode": row.barcode}

    def to_message(self) -> ChangeContact:
        is_taken_away = self.cleaned_data["birth_date"] == ""
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        birth_date = self.cleaned_data["birth_date"] or None
        return ChangeContact(**{**given, "birth_date": birth_date}, no_birth_date=is_taken_away)

    def message_fields(self) -> set[str]:
        """A date of birth that is emptied is taken away."""
        return super().message_fields() | {"no_birth_date"}


class SuspendUserForm(TaskForm):
    message = SuspendUser

    user_id = UserPick()
    reason = reason_field(_("It is shown at the desk."))
    until = day_field(_("Last day"), _("Left empty, the suspension lasts until somebody ends it."), required=False)


class ReinstateUserForm(TaskForm):
    message = ReinstateUser

    user_id = UserPick()
    reason = reason_field(_("It is shown at the desk, in the place of why the person was suspended."))
