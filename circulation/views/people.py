"""Pages of the people who borrow."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.text import name_key
from circulation.commands import EndSuspensions, VerifyUser
from circulation.commands.change_contact import ContactChanged
from circulation.commands.end_suspensions import SuspensionsEnded
from circulation.commands.register_user import UserRegistered
from circulation.commands.reinstate_user import UserReinstated
from circulation.commands.suspend_user import UserSuspension
from circulation.commands.verify_user import UserVerified
from circulation.forms.people import ChangeContactForm, RegisterUserForm, ReinstateUserForm, SuspendUserForm
from circulation.forms.picks import UserPick
from circulation.queries import SearchUsers
from circulation.views.lists import GetCardLabelsView
from circulation.views.shelving import ShelvingView
from library_site.cqrs.texts import long_date, sentences
from library_site.html.forms import TaskForm
from library_site.html.links import Link, task_url
from library_site.html.pages import Group, page
from library_site.html.views import TaskView


@page(
    "register-user", group=Group.PEOPLE, place=30, name=gettext_lazy("Register"), purpose=gettext_lazy("Somebody new")
)
class RegisterUserView(TaskView):
    form_class = RegisterUserForm
    lead = gettext_lazy("Somebody who wants to borrow. Until you have verified who it is, the limit of books is low.")
    button = gettext_lazy("Register")

    def success_message(self, form: RegisterUserForm, result: UserRegistered) -> str:
        return _("{name} is registered, and not verified yet.").format(name=form.cleaned_data["name"])

    def leads_to(self, form: RegisterUserForm, result: UserRegistered) -> str:
        return self.next_task_url("verify_user", user_id=result.user_id)

    def next_steps(self, form: RegisterUserForm, result: UserRegistered) -> list[Link]:
        name, chosen = form.cleaned_data["name"], {"user_id": result.user_id}
        found = self.look_up(SearchUsers(q=str(result.user_id)))
        return [
            *self.task_links(
                (_("Lend to {name}").format(name=name), "borrow_book", chosen), (name, "get_user_file", chosen)
            ),
            *self._of_the_same_name(result.user_id, name),
            *(link for user in found for link in GetCardLabelsView.links_to(self.context(), user.barcode)),
            *self.task_links((_("Register somebody else"), "register_user", {})),
        ]

    def _of_the_same_name(self, user_id: UUID, name: str) -> list[Link]:
        """A search that tells them apart, where somebody of this name was registered before."""
        found = self.look_up(SearchUsers(q=name))
        if not any(user.id != user_id and name_key(user.name) == name_key(name) for user in found):
            return []
        return self.task_links((_("Another {name} is registered").format(name=name), "search_users", {"q": name}))


@page(
    "verify-user",
    group=Group.PEOPLE,
    place=40,
    name=gettext_lazy("Verify"),
    purpose=gettext_lazy("You have seen who it is"),
)
class VerifyUserView(TaskView):
    form_class = TaskForm.of(VerifyUser, user_id=UserPick())
    lead = gettext_lazy("You have seen who it is. A verified person may borrow more books.")
    button = gettext_lazy("Verify")

    def success_message(self, form: TaskForm, result: UserVerified) -> str:
        return _("{name} is verified.").format(name=form.picked("user_id").name)

    def leads_to(self, form: TaskForm, result: UserVerified) -> str:
        """The desk, where this person's books are scanned next."""
        may_lend = self.request.user.has_perm("cqrs.borrow_book")
        return task_url("desk", user_id=result.user_id) if may_lend else self.request.path

    def next_steps(self, form: TaskForm, result: UserVerified) -> list[Link]:
        return self.task_links((form.picked("user_id").name, "get_user_file", {"user_id": result.user_id}))


class AboutPersonView(TaskView):
    """A task that leads to the page of the person."""

    def leads_to(self, form: Any, result: Any) -> str:
        return self.next_task_url("get_user_file", user_id=result.user_id)


@page("change-contact", group=Group.PEOPLE, place=50, purpose=gettext_lazy("What is known of them, a new card"))
class ChangeContactView(AboutPersonView):
    form_class = ChangeContactForm
    lead = gettext_lazy(
        "Correct what the library knows of a person, or give a new library card when the old one is lost: that one is "
        "no longer good then."
    )
    button = gettext_lazy("Change")

    def success_message(self, form: ChangeContactForm, result: ContactChanged) -> str:
        name = form.cleaned_data["name"] or form.picked("user_id").name
        barcode = form.cleaned_data["barcode"]
        card = _("The library card is now {barcode}.").format(barcode=barcode) if barcode else ""
        return sentences(_("What the library knows of {name} is changed.").format(name=name), card)


@page(
    "suspend-user",
    group=Group.PEOPLE,
    place=70,
    name=gettext_lazy("Suspend"),
    purpose=gettext_lazy("No borrowing, for a reason"),
)
class SuspendUserView(AboutPersonView):
    form_class = SuspendUserForm
    lead = gettext_lazy("No borrowing, renewing or reserving. Returning is always possible.")
    button = gettext_lazy("Suspend")

    def success_message(self, form: SuspendUserForm, result: UserSuspension) -> str:
        name = form.picked("user_id").name
        if result.suspended_until is None:
            return _("{name} is suspended.").format(name=name)
        return _("{name} is suspended, until {day}.").format(name=name, day=long_date(result.suspended_until))


@page(
    "reinstate-user",
    group=Group.PEOPLE,
    place=80,
    name=gettext_lazy("Reinstate"),
    purpose=gettext_lazy("End a suspension"),
)
class ReinstateUserView(AboutPersonView, ShelvingView):
    form_class = ReinstateUserForm
    lead = gettext_lazy(
        "End a suspension, whatever its cause. A loss that stands is not forgiven, but suspends nobody any more."
    )
    button = gettext_lazy("Reinstate")

    def success_message(self, form: ReinstateUserForm, result: UserReinstated) -> str:
        return _("{name} is no longer suspended.").format(name=form.picked("user_id").name)

    def warnings(self, form: ReinstateUserForm, result: UserReinstated) -> list[str]:
        return self.fetch_all(result.waiting_book_ids)


@page("end-suspensions", group=Group.EVERY_DAY, place=20, purpose=gettext_lazy("Those that are over"))
class EndSuspensionsView(ShelvingView):
    form_class = TaskForm.of(EndSuspensions)
    lead = gettext_lazy(
        "Give those whose suspension is over their status back; they may borrow already. Where a scheduler runs, this "
        "happens every day by itself."
    )
    button = gettext_lazy("End them")

    def success_message(self, form: TaskForm, result: SuspensionsEnded) -> str:
        number = len(result.user_ids)
        if number == 0:
            return _("No suspension is over.")
        ended = ngettext("{number} person is no longer suspended.", "{number} people are no longer suspended.", number)
        return ended.format(number=number)

    def warnings(self, form: TaskForm, result: SuspensionsEnded) -> list[str]:
        return self.fetch_all(result.waiting_book_ids)
