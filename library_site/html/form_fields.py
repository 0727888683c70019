"""Fields of forms: to type in, at a desk that others use too (no browser remembers it), and to override refusals."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from library_site.cqrs.barcodes import as_read, looks_scanned
from library_site.cqrs.context import Context
from library_site.cqrs.messages import Overriding
from library_site.cqrs.operations import operation_of, override_permission
from library_site.cqrs.texts import refusal_name

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def text_field(label: "StrOrPromise" = "", help_text: "StrOrPromise" = "", **kwargs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label or None, help_text=help_text, widget=widget, **kwargs)


def reason_field(help_text: "StrOrPromise") -> forms.CharField:
    """Why something is done. What a scanner has typed is none."""
    return text_field(_("Reason"), help_text, validators=[_no_scan])


def _no_scan(typed: str) -> None:
    if looks_scanned(as_read(typed)):
        raise forms.ValidationError(gettext("This is a barcode, and no reason."), code="scanned")


def name_field(label: "StrOrPromise", help_text: "StrOrPromise" = "", **kwargs: Any) -> forms.CharField:
    """What somebody is called. What a scanner has typed is none."""
    return text_field(label, help_text, validators=[_no_name], **kwargs)


def _no_name(typed: str) -> None:
    if looks_scanned(as_read(typed)):
        raise forms.ValidationError(gettext("This is a barcode, and no name."), code="scanned")


def lines_field(label: "StrOrPromise", help_text: "StrOrPromise" = "", **kwargs: Any) -> forms.CharField:
    """A text of some lines."""
    widget = forms.Textarea(attrs={"autocomplete": "off", "rows": 3})
    return forms.CharField(label=label, help_text=help_text, widget=widget, required=False, **kwargs)


def number_field(label: "StrOrPromise", help_text: "StrOrPromise", **kwargs: Any) -> forms.CharField:
    """Where digits are scanned or typed; they need not be there, unless it is said that they are `required`."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    optional = {"required": False, "max_length": 40} | kwargs
    return ScanField(label=label, help_text=help_text, widget=widget, **optional)


def day_field(label: "StrOrPromise", help_text: "StrOrPromise" = "", **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget, **kwargs)


def search_field(label: "StrOrPromise", help_text: "StrOrPromise", **kwargs: Any) -> forms.CharField:
    """Where words to search for are typed, or a number scanned."""
    widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    return ScanField(label=label, max_length=500, help_text=help_text, widget=widget, **kwargs)


class ScanField(forms.CharField):
    """Where a number may be scanned, or words typed."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return as_read(typed) if typed else typed


class OverrideField(forms.MultipleChoiceField):
    """The codes of the refusals to override; hidden until some are offered, to somebody who may override them."""

    def __init__(self, message: type[Overriding[Any]], context: Context) -> None:
        codes = [refusal.code for refusal in operation_of(message).overridable]
        boxes = {code: refusal_name(code) for code in codes}
        super().__init__(
            label=_("In spite of this"), required=False, choices=list(boxes.items()), widget=forms.MultipleHiddenInput()
        )
        self._all = set(codes)
        self._boxes = {code: box for code, box in boxes.items() if context.actor.may(override_permission(code))}
        self._offered: set[str] = set()

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(super().clean(value))

    def is_for_others(self, code: str) -> bool:
        """Whether the refusal with this code may be overridden, but not by this actor."""
        return code in self._all - set(self._boxes)

    def offer(self, codes: Iterable[str]) -> bool:
        """Show a box for each of these, beside those that are shown already; whether there is any."""
        self._offered |= set(codes) & set(self._boxes)
        if self._offered:
            self.widget = forms.CheckboxSelectMultiple()
            self.choices = [(code, box) for code, box in self._boxes.items() if code in self._offered]
        return bool(self._offered)


class OverrideReasonField(forms.CharField):
    """Why; hidden as long as there is nothing to override."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Reason for overriding"),
            required=False,
            help_text=_("The journal keeps it. Name nobody."),
            widget=forms.HiddenInput(),
        )

    def show(self) -> None:
        self.widget = forms.TextInput(attrs={"autocomplete": "off"})
