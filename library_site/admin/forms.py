"""The form of a record, which asks for what a person changed."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model
from django.http import QueryDict
from django.utils.translation import gettext as _

from library_site.cqrs.errors import DomainError, InvalidInput
from library_site.cqrs.records import version_of

STATE = {"status", "borrower"}
"""What is never changed but on a page that showed the record as it is, whatever else has changed of it."""


class CrudForm(forms.ModelForm):  # type: ignore[type-arg]
    """Changes what the person changed on the page, and nothing else, by an edit that is dispatched.

    The page sends along what it showed. A field that was left alone keeps what it holds now, whatever the page
    showed; a field that somebody else changed meanwhile is refused. What is refused is said in the form.
    """

    edit: Callable[[Any, dict[str, Any], str | None], Model]
    """Dispatches an edit: the id of the record, its values, and the version that it is for; the record then."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes: set[str] = set()
        self.read = None if self.instance._state.adding else version_of(self.instance)
        for field in self.fields.values():
            field.show_hidden_initial = True
            field.widget.attrs["autocomplete"] = "off"  # what names people is not the browser's to remember
        self.fields["version"].show_hidden_initial = False
        self.fields["version"].initial = self.read

    def full_clean(self) -> None:
        """Django's; of what cannot be a row's id the page shows nothing, as its widget would look the row up."""
        super().full_clean()
        wrong = [name for name in self.errors if isinstance(self.fields.get(name), forms.ModelChoiceField)]
        if wrong:
            data = cast(QueryDict, self.data).copy()
            for name in wrong:
                data[name] = ""
            self.data = data

    def clean(self) -> dict[str, Any]:
        cleaned = {name: _with_plain_newlines(value) for name, value in (super().clean() or {}).items()}
        self.cleaned_data = cleaned
        for name in list(cleaned):
            if name == "version":
                continue
            if self.instance._state.adding:
                self.changes.add(name)
            else:
                self._keep_or_change(name)
        return self.cleaned_data

    def _post_clean(self) -> None:
        """Dispatch what is right so far. (It is the last thing that checks; Django calls nothing between.)"""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook
        if self.errors:
            return
        shown = self.cleaned_data["version"] if STATE & self.changes else self.read
        values = dict(self._value(name) for name in self.changes)
        try:
            self.instance = self.edit(self.instance.pk if self.read else None, values, shown)
        except InvalidInput as refusal:
            for error in refusal.errors:
                self.add_error(error.field if error.field in self.fields else None, error.detail)
        except DomainError as refusal:
            for problem in refusal.problems:
                self.add_error(None, problem.message)

    def _value(self, name: str) -> tuple[str, Any]:
        """The name and the value of a column, which of what it refers to holds the id."""
        field, value = self.instance._meta.get_field(name), self.cleaned_data[name]
        if isinstance(field, ForeignKey):
            return field.attname, value and value.pk
        return name, value

    def _keep_or_change(self, name: str) -> None:
        now = getattr(self.instance, name)
        if name not in self.changed_data:
            self.cleaned_data[name] = now
        elif self.cleaned_data[name] != now:
            self.changes.add(name)
            if self._changed_meanwhile(name, now):
                self.add_error(name, _meanwhile(now))

    def _changed_meanwhile(self, name: str, now: Any) -> bool:
        shown = self.data.get(self.add_initial_prefix(name))  # absent when it isn't our page that asks
        now = self.fields[name].prepare_value(now)
        return shown is not None and _with_plain_newlines(shown) != _with_plain_newlines(
            "" if now is None else str(now)
        )


def _with_plain_newlines(value: Any) -> Any:
    """Browsers send CRLF for a new line."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _meanwhile(now: Any) -> ValidationError:
    return ValidationError(
        _("Somebody else changed this meanwhile: it is now “%(now)s”. Open the page anew before you change it."),
        code="changed_meanwhile",
        params={"now": "" if now is None else now},
    )
