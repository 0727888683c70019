"""Fields of forms in which a person types, at a desk that others use too: no browser remembers what was typed."""

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def text_field(label: "StrOrPromise" = "", help_text: "StrOrPromise" = "", **kwargs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label or None, help_text=help_text, widget=widget, **kwargs)


def number_field(label: "StrOrPromise", help_text: "StrOrPromise", **kwargs: Any) -> forms.CharField:
    """Where digits are scanned or typed; they need not be there, unless it is said that they are `required`."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    optional = {"required": False, "max_length": 40} | kwargs
    return forms.CharField(label=label, help_text=help_text, widget=widget, **optional)


def day_field(label: "StrOrPromise", help_text: "StrOrPromise" = "", **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget, **kwargs)


def search_field(label: "StrOrPromise", help_text: "StrOrPromise", **kwargs: Any) -> forms.CharField:
    """Where words to search for are typed."""
    widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=500, help_text=help_text, widget=widget, **kwargs)
