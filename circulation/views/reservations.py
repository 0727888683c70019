"""Pages of reservations."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Book
from catalog.queries import SearchBooks
from catalog.queries.search_books import FoundBook
from circulation.commands import ExpireReservations
from circulation.commands.cancel_reservation import ReservationCancelled
from circulation.commands.expire_reservations import ReservationsExpired
from circulation.commands.move_reservation import ReservationMoved
from circulation.commands.place_reservation import ReservationPlaced
from circulation.forms.reservations import CancelReservationForm, MoveReservationForm, PlaceReservationForm
from circulation.views.shelving import ShelvingView
from library_site.html.forms import TaskForm
from library_site.html.links import Link
from library_site.html.pages import Group, page
from library_site.html.views import TaskView

NO_COPY = gettext_lazy("No copy is in circulation now: every one is missing or withdrawn.")


@page(
    "place-reservation",
    group=Group.RESERVATIONS,
    place=10,
    name=gettext_lazy("Reserve"),
    purpose=gettext_lazy("Let a person wait for a title"),
)
class PlaceReservationView(ShelvingView):
    form_class = PlaceReservationForm
    lead = gettext_lazy("Let a person wait for a title: for the first copy that comes back. First come, first served.")
    button = gettext_lazy("Reserve")
    keeps = ("user_id",)

    def success_message(self, form: PlaceReservationForm, result: ReservationPlaced) -> str:
        book, user = form.picked("book_id"), form.picked("user_id")
        message = (
            _("“{title}” is reserved for {name}: a copy is there.")
            if result.waiting_book_id
            else _("“{title}” is reserved for {name}: number {position} in the queue.")
        )
        return message.format(title=book.title, name=user.name, position=result.position)

    def warnings(self, form: PlaceReservationForm, result: ReservationPlaced) -> list[str]:
        book_id = result.waiting_book_id
        if book_id:
            return self.fetch_from_shelf(book_id, form.picked("user_id").name)
        return [] if self._is_in_circulation(form.picked("book_id")) else [str(NO_COPY)]

    def next_steps(self, form: PlaceReservationForm, result: ReservationPlaced) -> list[Link]:
        book, user = form.picked("book_id"), form.picked("user_id")
        return self.task_links(
            (_("Next person"), "place_reservation", {}),
            (_("Who waits for it"), "get_reservation_queue", {"book_id": book.id}),
            (user.name, "get_user_file", {"user_id": user.id}),
        )

    def _is_in_circulation(self, book: FoundBook) -> bool:
        """Whether some copy of its title is neither missing nor withdrawn, as far as the actor may know."""
        copies = self.look_up(SearchBooks(q=book.isbn)) if book.isbn else [book]
        return any(copy.status not in {Book.Status.MISSING, Book.Status.WITHDRAWN} for copy in copies)


@page("cancel-reservation", group=Group.RESERVATIONS, place=20, purpose=gettext_lazy("Somebody waits no longer"))
class CancelReservationView(ShelvingView):
    form_class = CancelReservationForm
    lead = gettext_lazy(
        "A person waits no longer for a title. A copy on the hold shelf goes to the next in the queue, if any."
    )
    button = gettext_lazy("Cancel reservation")

    def success_message(self, form: CancelReservationForm, result: ReservationCancelled) -> str:
        reserved = form.picked("reservation_id")
        if reserved is None:
            return _("The reservation is cancelled.")
        return _("{name} waits no longer for “{title}”.").format(name=reserved.user_name, title=reserved.title)

    def warnings(self, form: CancelReservationForm, result: ReservationCancelled) -> list[str]:
        return self.put_away(result.released_book_id) if result.released_book_id else []

    def leads_to(self, form: CancelReservationForm, result: ReservationCancelled) -> str:
        return self.next_task_url("get_reservations_by_user", user_id=result.user_id)

    def next_steps(self, form: CancelReservationForm, result: ReservationCancelled) -> list[Link]:
        return self.task_links((_("Hold shelf"), "get_hold_shelf", {}))


@page(
    "move-reservation",
    group=Group.RESERVATIONS,
    place=30,
    name=gettext_lazy("Move in the queue"),
    purpose=gettext_lazy("Give somebody another place"),
)
class MoveReservationView(TaskView):
    form_class = MoveReservationForm
    lead = gettext_lazy("Give a person another place in the queue of a title. The others keep their order.")
    button = gettext_lazy("Move")

    def success_message(self, form: MoveReservationForm, result: ReservationMoved) -> str:
        reserved = form.picked("reservation_id")
        if reserved is None:
            return _("The reservation is now number {position} in the queue.").format(position=result.position)
        message = _("{name} is now number {position} in the queue.")
        return message.format(name=reserved.user_name, position=result.position)

    def leads_to(self, form: MoveReservationForm, result: ReservationMoved) -> str:
        reserved = form.picked("reservation_id")
        return self.next_task_url("get_reservation_queue", book_id=reserved.book_id) if reserved else self.request.path


@page("expire-reservations", group=Group.EVERY_DAY, place=10, purpose=gettext_lazy("What was not collected in time"))
class ExpireReservationsView(ShelvingView):
    form_class = TaskForm.of(ExpireReservations)
    lead = gettext_lazy(
        "End the reservations whose copy was not collected in time: each copy goes to the next in its queue, or back "
        "to its shelf. Where a scheduler runs, this happens every day by itself."
    )
    button = gettext_lazy("End them")

    def success_message(self, form: TaskForm, result: ReservationsExpired) -> str:
        number = len(result.reservation_ids)
        if number == 0:
            return _("No reservation has expired.")
        message = ngettext("{number} reservation has ended.", "{number} reservations have ended.", number)
        return message.format(number=number)

    def next_steps(self, form: TaskForm, result: ReservationsExpired) -> list[Link]:
        return self.task_links((_("Hold shelf"), "get_hold_shelf", {}))

    def warnings(self, form: TaskForm, result: ReservationsExpired) -> list[str]:
        return [where for book_id in result.book_ids for where in self.put_away(book_id)]
