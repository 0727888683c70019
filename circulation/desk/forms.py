"""What the desk is sent: one scan."""

import json
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid5

from django import forms

from catalog.models import MAX_TITLE
from library_site.html.form_fields import ScanField

from .scans import LEND, MODES, Scan


class ScanForm(forms.Form):
    """A scan, or what a button `does`. Its key makes a repeated request harmless; `row` is the row that is answered."""

    typed = ScanField(required=False, max_length=MAX_TITLE)
    does = forms.CharField(required=False, max_length=2000)
    why = ScanField(required=False, max_length=MAX_TITLE)
    mode = forms.ChoiceField(choices=[(mode, mode) for mode in MODES])
    user_id = forms.UUIDField(required=False)
    scan_key = forms.UUIDField()
    row = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("typed") and not parse_qsl(cleaned.get("does", "")):
            self.add_error("typed", "required")
        return cleaned

    def request_key(self) -> str:
        """The same for the same request, and another one for another, as after Back and something else typed."""
        sent = self.cleaned_data
        request = (sent["mode"], sent["user_id"], sent["typed"], sent["does"], sent["why"])
        return str(uuid5(sent["scan_key"], json.dumps(request, default=str)))

    def scan(self) -> Scan:
        """Call it on a valid form."""
        sent = self.cleaned_data
        button = dict(parse_qsl(sent["does"]))
        return Scan(typed=sent["typed"], mode=sent["mode"], user_id=sent["user_id"], button=button, why=sent["why"])


class DeskStateForm(forms.Form):
    """What the desk does with a book, and to whom it lends."""

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], required=False)
    user_id = forms.UUIDField(required=False)

    def mode_and_user_id(self) -> tuple[str, Any]:
        """What is not legible is as if it were not there."""
        self.is_valid()
        return self.cleaned_data.get("mode") or LEND, self.cleaned_data.get("user_id")
