"""The form of a row, which changes what a person changed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class CrudForm(forms.ModelForm):  # type: ignore[type-arg]
    """Changes what the person changed on the page, and nothing else.

    The page sends along what it showed. A field that was left alone keeps what it holds now, whatever the page
    showed; a field that somebody else changed meanwhile is refused.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old: dict[str, Any] = {}  # the former values of what changes
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        cleaned = {name: _with_plain_newlines(value) for name, value in (super().clean() or {}).items()}
        self.cleaned_data = cleaned
        if not self.instance._state.adding:
            for name in list(cleaned):
                self._keep_or_change(name)
        return self.cleaned_data

    def _keep_or_change(self, name: str) -> None:
        now = getattr(self.instance, name)
        if name not in self.changed_data:
            self.cleaned_data[name] = now
        elif self.cleaned_data[name] != now:
            self.old[name] = now
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
