"""Pages of the library itself: when it is open, its closures, and single days."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.forms.lists import CursorForm
from circulation.commands.add_closure import ClosureAdded
from circulation.commands.cancel_closure import ClosureCancelled
from circulation.commands.set_calendar_exception import CalendarExceptionSet
from circulation.commands.set_name_and_address import NameAndAddressSet
from circulation.commands.set_opening_weekdays import OpeningWeekdaysSet
from circulation.forms.opening import (
    AddClosureForm,
    CancelClosureForm,
    SetCalendarExceptionForm,
    SetNameAndAddressForm,
    SetOpeningWeekdaysForm,
)
from circulation.queries import GetBookFile, GetClosures, GetLibrary
from library_site.cqrs.messages import MAX_PAGE_SIZE
from library_site.cqrs.operations import operation_of
from library_site.cqrs.texts import long_date, sentences, weekday_and_date
from library_site.html.forms import MessageForm
from library_site.html.links import Link, task_link
from library_site.html.lists import QueryView
from library_site.html.pages import Group, page
from library_site.html.views import TaskView

NAMED = 20
"""Of the books whose day has moved, how many are named."""


class LibraryTaskView(TaskView):
    """A task about the library itself: it goes on at the library's page."""

    def leads_to(self, form: Any, result: Any) -> str:
        return self.next_task_url("get_library")


class PresentLibraryTaskView(LibraryTaskView):
    """One whose form shows first what is so now."""

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        for library in self.look_up(GetLibrary()):
            form.initial = {**vars(library), **form.initial}
        return super().render_page(form, status=status, **values)


@page(
    "add-closure",
    group=Group.EVERY_DAY,
    place=50,
    purpose=gettext_lazy("From a day to another: Christmas, stocktaking"),
)
class AddClosureView(LibraryTaskView):
    form_class = AddClosureForm
    lead = gettext_lazy(
        "What would be due on these days is due on the next open one, and what is on the hold shelf waits for as many "
        "open days as before."
    )
    button = gettext_lazy("Close")

    def success_message(self, form: AddClosureForm, result: ClosureAdded) -> str:
        closed = _("Closed: {days}. The library is open again on {day}.")
        return sentences(
            closed.format(days=span_in_words(result.first, result.last), day=weekday_and_date(result.opens_on)),
            self._moved(result),
        )

    def next_steps(self, form: AddClosureForm, result: ClosureAdded) -> list[Link]:
        days = {"first": result.opens_on, "last": result.opens_on}
        return self.task_links((_("What is due that day"), "get_loans_due", days)) if result.loans else []

    def _moved(self, result: ClosureAdded) -> str:
        """How many loans and books on the hold shelf have moved, and whose."""
        loans = ngettext("{number} loan is due later", "{number} loans are due later", result.loans)
        held = ngettext("{number} book is kept longer", "{number} books are kept longer", result.on_hold)
        counts = [text.format(number=each) for text, each in ((loans, result.loans), (held, result.on_hold)) if each]
        if not counts:
            return _("No loan and no book on the hold shelf has moved.")
        named = [self._book_and_whose(book_id) for book_id in result.book_ids[:NAMED]]
        rest = result.loans + result.on_hold - len(named)
        more = [ngettext("{number} more", "{number} more", rest).format(number=rest)] if rest else []
        return f"{', '.join(counts)}: {', '.join(filter(None, named + more))}."

    def _book_and_whose(self, book_id: Any) -> str:
        for book in self.look_up(GetBookFile(book_id=book_id)):
            title = _("“{title}”").format(title=book.title)
            return f"{title} ({book.borrower_name or book.reserved_for_name})"
        return ""


@page(
    "cancel-closure",
    group=Group.EVERY_DAY,
    place=60,
    purpose=gettext_lazy("With all its days"),
)
class CancelClosureView(LibraryTaskView):
    form_class = CancelClosureForm
    lead = gettext_lazy("All its days. What has moved because of it stays on its later day.")
    button = gettext_lazy("Cancel closure")

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        closures = [each for each in self.look_up(GetClosures(page_size=MAX_PAGE_SIZE)) if each.id and not each.is_over]
        choices = [(str(each.id), span_in_words(each.first, each.last)) for each in closures]
        form.fields["closure_id"].widget.choices = [("", _("Choose a closure.")), *choices]
        return super().render_page(form, status=status, **values)

    def success_message(self, form: CancelClosureForm, result: ClosureCancelled) -> str:
        message = _("The closure is cancelled: {days}.")
        return message.format(days=span_in_words(result.first, result.last))


@page(
    "opening-weekdays",
    group=Group.EVERY_DAY,
    place=70,
    name=gettext_lazy("Opening weekdays"),
    purpose=gettext_lazy("On which the library is open"),
)
class SetOpeningWeekdaysView(PresentLibraryTaskView):
    form_class = SetOpeningWeekdaysForm
    title = gettext_lazy("Opening weekdays")
    lead = gettext_lazy(
        "What is lent or renewed from now on does not fall due on another weekday; what is on loan already stays due "
        "when it is."
    )
    button = gettext_lazy("Set")

    def success_message(self, form: SetOpeningWeekdaysForm, result: OpeningWeekdaysSet) -> str:
        opened = _("The library is open on: {weekdays}.").format(weekdays=weekdays_in_words(result.weekdays))
        return sentences(opened, _("What is on loan already stays due when it is."))


@page(
    "name-and-address",
    group=Group.EVERY_DAY,
    place=90,
    name=gettext_lazy("Name and address"),
    purpose=gettext_lazy("Of the library: in the header, on labels and receipts"),
)
class SetNameAndAddressView(PresentLibraryTaskView):
    form_class = SetNameAndAddressForm
    title = gettext_lazy("Name and address")
    lead = gettext_lazy(
        "The name stands in the header of every page, and on labels, receipts and hold slips; the address on receipts."
    )
    button = gettext_lazy("Save")

    def success_message(self, form: SetNameAndAddressForm, result: NameAndAddressSet) -> str:
        return _("The library is called {name}.").format(name=result.name)


@page(
    "set-calendar-exception",
    group=Group.EVERY_DAY,
    place=30,
    name=gettext_lazy("Closed days"),
    purpose=gettext_lazy("Closed or open out of turn"),
)
class SetCalendarExceptionView(TaskView):
    form_class = SetCalendarExceptionForm
    title = gettext_lazy("Closed days")
    lead = gettext_lazy(
        "Say that the library is closed on a day, or open, whatever its weekday. What is lent or renewed from now on "
        "does not fall due on a closed day; what is on loan already stays due when it is."
    )
    button = gettext_lazy("Set")

    def next_steps(self, form: SetCalendarExceptionForm, result: CalendarExceptionSet) -> list[Link]:
        return self.task_links((_("What is due that day"), "get_loans_due", {"first": result.day, "last": result.day}))

    def success_message(self, form: SetCalendarExceptionForm, result: CalendarExceptionSet) -> str:
        message = _("The library is open on {day}.") if result.is_open else _("The library is closed on {day}.")
        return message.format(day=weekday_and_date(result.day))


@page(
    "closures",
    group=Group.EVERY_DAY,
    place=80,
    purpose=gettext_lazy("When the library is closed, or open out of turn"),
)
class GetClosuresView(QueryView):
    form_class = CursorForm.of(GetClosures)
    table = "tables/closures.html"
    empty = gettext_lazy("No closure is set.")

    def links_if_empty(self, form: CursorForm) -> list[Link]:
        return self.task_links((_("Close the library"), "add_closure", {}))


@page(
    "settings",
    group=Group.EVERY_DAY,
    place=40,
    purpose=gettext_lazy("Its name and address, when it is open, its closures"),
)
class GetLibraryView(QueryView):
    """All that the library says of itself on one page, with the forms of those tasks that the account may carry out."""

    form_class = CursorForm.of(GetLibrary)
    template_name = "library.html"
    table = ""

    def page_context(self, form: Any, page: Any) -> dict[str, Any]:
        (library,) = page.rows
        return {
            **super().page_context(form, page),
            "weekdays": weekdays_in_words(library.weekdays),
            "closures": self.look_up(GetClosures()),
            "may_close": self._form(AddClosureView),
            "may_set_name": self._form(SetNameAndAddressView, name=library.name, address=library.address),
            "may_set_weekdays": self._form(SetOpeningWeekdaysView, weekdays=library.weekdays),
        }

    def _form(self, view: type[TaskView], **initial: Any) -> dict[str, Any] | None:
        """The form of a task and where it is sent, for who may carry it out."""
        operation, context = operation_of(view.form_class.message), self.context()
        if not (link := task_link(operation, context)):
            return None
        form = view.form_class(context=context, initial=initial)
        return {"title": operation.title, "lead": view.lead, "form": form, "url": link.url, "button": view.button}


def span_in_words(first: date, last: date) -> str:
    """A day, or from a day to another."""
    return " – ".join(long_date(day) for day in dict.fromkeys((first, last)))


def weekdays_in_words(numbers: str) -> str:
    return ", ".join(str(WEEKDAYS[int(number) - 1]) for number in numbers)
