"""What the HTML adapters share: forms that make a message."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, ClassVar, Self, cast
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from library_site.cqrs.context import Context
from library_site.cqrs.errors import DomainError, InvalidInput
from library_site.cqrs.messages import Message, Overriding
from library_site.cqrs.texts import sentences

from .form_fields import OverrideField, OverrideReasonField
from .links import Link, remedy_link
from .picks import Pick

PAGE_KEY = "page_key"
MAX_KEPT = 1000
"""Characters that are kept of what was typed in one field, of a task that could not be sent."""


class MessageForm(forms.Form):
    """A form whose fields make a message."""

    message: ClassVar[type[Message[Any]]]
    chosen: ClassVar[str] = ""
    """The field that takes what was chosen in a list: ids with commas between them."""

    def __init__(self, *args: Any, context: Context, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context = context
        for field in self.picks().values():
            field.context = context
        self.label_suffix = ""

    @classmethod
    def of(cls, message: type[Message[Any]], **fields: forms.Field) -> type[Self]:
        """The form of a message that needs no more than these fields."""
        return type(f"{message.__name__}Form", (cls,), {"message": message, **fields})

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
        """What is left empty is as the message has it."""
        values: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            values |= value if isinstance(value, dict) else {} if value is None else {name: value}
        return self.message(**values)

    def take_focus(self, *, quietly: bool = False) -> bool:
        """Put the focus where work goes on: the first field in error, else the first one that is empty, if any is.

        Quietly, where there is something to read: not on a screen whose keyboard would hide it (focus.js).
        """
        names = list(self.errors) if self.is_bound else []
        names += [name for name, field in self.fields.items() if not field.widget.is_hidden and not self._chosen(name)]
        for name in names:
            if name in self.fields:
                self.fields[name].widget.attrs["data-focus" if quietly else "autofocus"] = True
                return True
        return False

    def _chosen(self, name: str) -> bool:
        value = self.initial.get(name)
        return bool(value) and value != ("", "")


class TaskField(BoundField):
    """A field on the page of a task, with the links to what helps against a refusal that is about it."""

    @property
    def remedies(self) -> list[Link]:
        return cast(TaskForm, self.form).remedies.get(self.name, [])

    @property
    def was(self) -> str | None:
        """What stood in the field when the page was shown, if the library had filled it in."""
        form = cast(TaskForm, self.form)
        return form.data.get(f"was_{self.name}") if form.is_bound else form.present.get(self.name)


class TaskForm(MessageForm):
    """A command's form. Its key makes a second click, a scanner that fires twice, or a reload harmless.

    What overrides a refusal is hidden until there is something to override.
    """

    bound_field_class = TaskField

    about: ClassVar[dict[str, str]] = {}
    """Which field a refusal is about, by its code; without an entry it is the first one."""

    on_demand: ClassVar[dict[str, type[forms.Widget]]] = {}
    """Fields that are hidden until they hold something, and how they are shown then."""

    more: ClassVar[tuple[str, ...]] = ()
    """Fields that few need: they stand together, folded up as long as nothing is typed there or wrong with them."""

    shows_first: ClassVar[str] = ""
    """The pick that is shown before the task acts: where it was typed or scanned, and not chosen, the first Enter finds
    it, and only the next one acts. Empty for a task of which a scan is all that is needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present: dict[str, str] = {}
        self.remedies: dict[str, list[Link]] = {}
        self.override: OverrideField | None = None
        self.is_stale = False
        if issubclass(self.message, Overriding):
            self.override = OverrideField(self.message, self.context)
            self.fields |= {"override": self.override, "override_reason": OverrideReasonField()}

    def fill_in(self, given: Mapping[str, str]) -> None:
        """Fill in what a link gives. Of what is chosen it gives the id; that is looked up, so that people see names.

        Where it is gone, `is_stale` says so.
        """
        picks = self.picks()
        for name, value in given.items():
            if name in picks:
                rows = picks[name].find("", value)
                self.initial[name] = ("", str(rows[0].id)) if len(rows) == 1 else ("", "")
                self.is_stale |= len(rows) != 1
            elif name in self.fields:
                self.initial[name] = value
                self._show(name)

    @classmethod
    def typed(cls, data: Mapping[str, str]) -> dict[str, str]:
        """Of what was sent, what a person has typed or chosen: not what stood there already."""
        fields = {name: cls.base_fields.get(name.removesuffix("_q")) for name in data}
        stood = {name: data.get(f"was_{name}", field and field.initial) for name, field in fields.items()}
        return {
            name: text[:MAX_KEPT]
            for name, text in data.items()
            if fields[name] and (stood[name] is None or text != str(stood[name]))
        }

    def fill_in_again(self, typed: Mapping[str, str]) -> None:
        """Fill in what was `typed` before."""
        picks = self.picks()
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(typed, cast(Any, {}), name)
            if value and value != ("", ""):
                self.initial[name] = value
                if name in picks:
                    picks[name].find(*value)
                self._show(name)

    def to_show(self) -> Any | None:
        """The row that `shows_first`, if it was found now; None if the task may act, or nothing was found."""
        row = self.picked(self.shows_first) if self.shows_first else None
        return None if row is None or str(row.id) == self[self.shows_first].data[1] else row

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._forgive_empty()
        for name in cleaned:
            if cleaned[name]:
                self._show(name)
        self._offer_to_override(cleaned.get("override", ()))
        return cleaned

    def refuse(self, refusal: DomainError) -> None:
        """Say what the library refused, beside the field that it is about, and what helps."""
        for problem in refusal.problems:
            if isinstance(problem, InvalidInput):
                for error in problem.errors:
                    self.add_error(self._form_field(error.field or self.about.get(error.code, "")), error.detail)
                continue
            name = self.about.get(problem.code) or next(iter(self.fields), "")
            self.add_error(name or None, self._text(problem))
            self._offer_remedy(problem, name)
            for other in problem.see_also:
                self._offer_link(name, remedy_link(other, self.context))

    def first_fields(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.more]

    def more_fields(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if field.name in self.more]

    @property
    def is_unfolded(self) -> bool:
        """Whether there is something to look at where few look: not what the library filled in itself."""
        fields = cast("list[TaskField]", self.more_fields())
        return any(field.errors or (field.value() or "") != (field.was or "") for field in fields)

    def _chosen(self, name: str) -> bool:
        """The focus does not wait where nothing is seen."""
        return super()._chosen(name) or (name in self.more and not self.is_unfolded)

    @property
    def page_key(self) -> str:
        """What tells this copy of the page from every other, hidden in it."""
        return str(self.data.get(PAGE_KEY) or uuid4())

    @property
    def idempotency_key(self) -> str | None:
        """The same for the same entries in the same copy of the page; None when it came without its key."""
        if not self.data.get(PAGE_KEY):
            return None
        sent = cast("MultiValueDict[str, str]", self.data).lists()
        entries = sorted((name, values) for name, values in sent if name != "csrfmiddlewaretoken")
        said = repr((self.message.__name__, entries, *self._sent_files()))
        return sha256(said.encode(errors="replace")).hexdigest()

    def _sent_files(self) -> Iterator[tuple[str, str]]:
        """What came with it, by its content: the same file sent again is the same request."""
        for name in sorted(self.files):
            digest = sha256()
            for chunk in cast("UploadedFile[Any]", self.files[name]).chunks():
                digest.update(chunk)
            yield name, digest.hexdigest()

    def _form_field(self, field: str) -> str | None:
        """The form's field that holds a field of the message: author holds author_name."""
        return max((name for name in self.fields if field.startswith(name)), key=len, default=None)

    def _forgive_empty(self) -> None:
        """As long as what `shows_first` is in doubt, the other fields are not due yet."""
        if self.shows_first in self.errors and not self.has_error(self.shows_first, "required"):
            for name in [name for name in self.errors if self.has_error(name, "required")]:
                del self.errors[name]

    def _show(self, name: str) -> None:
        if name in self.on_demand:
            self.fields[name].widget = self.on_demand[name]()

    def _offer_remedy(self, problem: DomainError, name: str) -> None:
        if problem.remedy is None:
            return
        if "override" in problem.remedy.arguments:
            self._offer_to_override([problem.code])
        elif link := remedy_link(problem.remedy, self.context):
            labels = [str(self.fields[each].label) for each in self.on_demand if each in problem.remedy.arguments]
            self._offer_link(name, link._replace(text=": ".join([link.text, *labels])))

    def _offer_link(self, name: str, link: Link | None) -> None:
        links = self.remedies.setdefault(name, [])
        if link and link not in links:
            links.append(link)

    def _text(self, problem: DomainError) -> str:
        others_may = self.override and self.override.is_for_others(problem.code)
        return sentences(problem.message, _("A supervisor may override this.") if others_may else "")

    def _offer_to_override(self, codes: Iterable[str]) -> None:
        if self.override and self.override.offer(codes):
            cast(OverrideReasonField, self.fields["override_reason"]).show()
