"""What the HTML adapters share: forms that make a message, and fields where a person finds a thing by a few letters."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from django import forms
from django.urls import reverse

from .context import Context
from .errors import DomainError, InvalidInput
from .messages import Message

CHOICES = 12
PAGE_KEY = "page_key"


class PickWidget(forms.Widget):
    """A search box, and the things found to choose one from; the value is (what was typed, the id chosen)."""

    template_name = "widgets/pick.html"
    rows: Iterable[Any] = ()
    kind = ""
    query = ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[str, str]:
        return (data.get(f"{name}_q") or "").strip(), (data.get(name) or "").strip()

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
            return super().clean("")
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
        if not rows:
            return forms.ValidationError(
                "Nothing matches “%(typed)s”. Type the first letters of one or more words.",
                code="no_match",
                params={"typed": typed},
            )
        more = " There may be more: type more letters to narrow the list." if len(rows) == CHOICES else ""
        return forms.ValidationError("More than one matches. Choose one below." + more, code="ambiguous")


class MessageForm(forms.Form):
    """A form whose fields make a message."""

    message: ClassVar[type[Message[Any]]]

    def __init__(self, *args: Any, context: Context, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context = context
        for field in self.picks().values():
            field.context = context
        self.label_suffix = ""

    def picks(self) -> dict[str, Pick]:
        return {name: field for name, field in self.fields.items() if isinstance(field, Pick)}

    def picked(self, name: str) -> Any:
        """The row that was picked in the field of this name."""
        return self.picks()[name].picked

    def message_fields(self) -> set[str]:
        """The fields of the message that this form gives a value."""
        names: set[str] = set()
        for name, field in self.fields.items():
            names |= field.message_fields(name) if isinstance(field, Pick) else {name}
        return names

    def to_message(self) -> Message[Any]:
        values: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            values |= value if isinstance(value, dict) else {name: value}
        return self.message(**values)

    def show_rows(self, initial: Mapping[str, UUID | str]) -> None:
        """Look up what is chosen beforehand (a link from a list gives ids), so that people see its name."""
        for name, field in self.picks().items():
            if name in initial:
                rows = field.find("", str(initial[name]))
                self.initial[name] = ("", str(rows[0].id)) if len(rows) == 1 else ("", "")

    def take_focus(self) -> bool:
        """Put the focus where work goes on: the first field in error, else the first one that is empty, if any is."""
        names = list(self.errors) if self.is_bound else []
        names += [name for name, field in self.fields.items() if not field.widget.is_hidden and not self._chosen(name)]
        for name in names:
            if name in self.fields:
                self.fields[name].widget.attrs["autofocus"] = True
                return True
        return False

    def _chosen(self, name: str) -> bool:
        value = self.initial.get(name)
        return bool(value) and value != ("", "")


class TaskForm(MessageForm):
    """A command's form. Its key makes a second click, a scanner that fires twice, or a reload harmless."""

    about: ClassVar[dict[str, str]] = {}
    """Which field a refusal is about, by its code; without an entry it stands above the form."""

    def refuse(self, refusal: DomainError) -> None:
        """Say what the library refused, beside the field that it is about."""
        if isinstance(refusal, InvalidInput):
            for error in refusal.errors:
                self.add_error(self._shown(error.field), error.detail)
        else:
            for problem in refusal.problems:
                self.add_error(self._shown(self.about.get(problem.code, "")), problem.message)

    @property
    def page_key(self) -> str:
        """What tells this copy of the page from every other, hidden in it."""
        return str(self.data.get(PAGE_KEY) or uuid4())

    @property
    def idempotency_key(self) -> str | None:
        """The same for the same entries in the same copy of the page; None when it came without its key."""
        if not self.data.get(PAGE_KEY):
            return None
        entries = sorted((name, value) for name, value in self.data.items() if name != "csrfmiddlewaretoken")
        return sha256(repr((self.message.__name__, entries)).encode(errors="replace")).hexdigest()

    def _shown(self, field: str) -> str | None:
        return next((name for name in self.fields if field and field.startswith(name)), None)
