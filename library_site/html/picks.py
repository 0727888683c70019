"""Fields of forms in which a person finds a thing by a few letters, or by scanning it."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self, cast

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from library_site.cqrs.barcodes import as_read
from library_site.cqrs.context import Actor, Context
from library_site.cqrs.errors import DomainError
from library_site.cqrs.texts import sentences

CHOICES = 12


class PickWidget(forms.Widget):
    """A search box, and the things found to choose one from; the value is (what was typed, the id chosen)."""

    template_name = "widgets/pick.html"
    rows: Iterable[Any] = ()
    kind = ""
    query = ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[str, str]:
        return as_read(data.get(f"{name}_q") or ""), (data.get(name) or "").strip()

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_q" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # a thing may be chosen while nothing is typed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed, chosen = value or ("", "")
        context = super().get_context(name, typed, attrs)
        context["widget"] |= choices(self.kind, name, typed, chosen, list(self.rows))
        context["widget"]["url"] = reverse(f"pick_{self.kind}") + self.query
        return context


def choices(kind: str, name: str, typed: str, chosen: str, rows: list[Any]) -> dict[str, Any]:
    """What the template of the choices under a search box shows; one that is alone is chosen, unless it may be new."""
    if len(rows) == 1 and not chosen and not kind.endswith("_or_new"):
        chosen = str(rows[0].id)
    return {"kind": kind, "name": name, "value": typed, "chosen": chosen, "rows": rows, "more": len(rows) >= CHOICES}


class Pick(forms.Field):
    """Finds one thing by what a person types: a few letters, a number on it, or its id.

    Cleaned, it is the id; `picked` is then the row that was found.
    """

    widget = PickWidget
    kind: ClassVar[str]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.kind, self.widget.query = self.kind, self.query()
        self.context: Context | None = None
        self.picked: Any = None

    def query(self) -> str:
        """What the choices depend on besides what is typed, as a query string."""
        return ""

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Self:
        """A field like the one whose `query()` this is."""
        return cls()

    def search(self, typed: str, context: Context) -> list[Any]:
        """The rows that match, at most CHOICES."""
        raise NotImplementedError

    def settle(self, typed: str, rows: list[Any]) -> Any | None:
        """The one row that is meant, if there is no doubt."""
        return rows[0] if len(rows) == 1 else None

    def message_fields(self, name: str) -> set[str]:
        return {name}

    def clean(self, value: tuple[str, str] | None) -> Any:
        typed, chosen = value or ("", "")
        if not typed and not chosen:
            return super().clean("") or None
        rows = self.find(typed, chosen)
        self.picked = next((row for row in rows if str(row.id) == chosen), None) or self.settle(typed, rows)
        if self.picked is None:
            raise self.doubt(typed, rows)
        self.widget.rows = [self.picked]
        return self.picked.id

    def find(self, typed: str, chosen: str) -> list[Any]:
        if self.context is None:
            raise RuntimeError("A Pick needs the form's context.")
        self.widget.rows = rows = self.search(typed or chosen, self.context)
        return rows

    def doubt(self, typed: str, rows: list[Any]) -> forms.ValidationError:
        """Why no row could be settled on."""
        if not rows and not typed:
            return forms.ValidationError(
                _("Nothing matches what was chosen: it is no longer there. Choose again."), code="no_match"
            )
        if not rows:
            return forms.ValidationError(
                _("Nothing matches “%(typed)s”. Type the first letters of one or more words."),
                code="no_match",
                params={"typed": typed},
            )
        more = _("There may be more: type more letters to narrow the list.") if len(rows) == CHOICES else ""
        return forms.ValidationError(sentences(_("More than one matches. Choose one below."), more), code="ambiguous")


class PickView(LoginRequiredMixin, View):
    """The choices under a search box, as somebody types."""

    field: ClassVar[type[Pick]]

    def handle_no_permission(self) -> HttpResponseRedirect:
        """A word in the place of the choices, not a page to sign in: what was typed stays."""
        if self.request.headers.get("HX-Request"):
            return cast(HttpResponseRedirect, render(self.request, "widgets/signed_out.html"))
        return super().handle_no_permission()

    def get(self, request: HttpRequest) -> HttpResponse:
        name = next((name.removesuffix("_q") for name in request.GET if name.endswith("_q")), "")
        typed = as_read(request.GET.get(f"{name}_q", ""))
        context = Context(actor=Actor.of_user(request.user), source="html")
        try:
            rows = self.field.of_query(request.GET).search(typed, context) if typed else []
        except DomainError as refusal:
            return HttpResponse(refusal.message, status=403, content_type="text/plain")
        widget = choices(self.field.kind, name, typed, "", rows)
        return render(request, "widgets/choices.html", {"widget": widget | {"live": True}})
