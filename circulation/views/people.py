"""Pages of the people who borrow."""

from typing import Any

from circulation.commands.change_contact import ContactChanged
from circulation.commands.end_suspensions import SuspensionsEnded
from circulation.commands.register_user import UserRegistered
from circulation.commands.reinstate_user import UserReinstated
from circulation.commands.suspend_user import UserSuspension
from circulation.commands.verify_user import UserVerified
from circulation.forms.people import (
    ChangeContactForm,
    EndSuspensionsForm,
    RegisterUserForm,
    ReinstateUserForm,
    SuspendUserForm,
    VerifyUserForm,
)
from circulation.queries import SearchUsers
from circulation.views.lists import GetCardLabelsView
from circulation.views.shelving import written
from library_site.cqrs.links import Link
from library_site.cqrs.views import TaskView


class RegisterUserView(TaskView):
    form_class = RegisterUserForm
    title = "Register person"
    lead = "Somebody who wants to borrow. Until you have verified who it is, the limit of books is low."
    button = "Register"

    def success(self, form: RegisterUserForm, result: UserRegistered) -> str:
        return f"{form.cleaned_data['name']} is registered, and not verified yet."

    def links(self, form: RegisterUserForm, result: UserRegistered) -> list[Link]:
        found = self.look_up(SearchUsers(q=str(result.user_id)))
        return [link for user in found for link in GetCardLabelsView.links_to(self.context(), user.barcode)]

    def next_url(self, form: RegisterUserForm, result: UserRegistered) -> str:
        return self.onward("verify_user", user_id=result.user_id)


class VerifyUserView(TaskView):
    form_class = VerifyUserForm
    title = "Verify person"
    lead = "You have seen who it is. A verified person may borrow more books."
    button = "Verify"

    def success(self, form: VerifyUserForm, result: UserVerified) -> str:
        return f"{form.picked('user_id').name} is verified."

    def next_url(self, form: VerifyUserForm, result: UserVerified) -> str:
        return self.onward("borrow_book", user_id=result.user_id)


class AboutPersonView(TaskView):
    """A task that leads to the page of the person."""

    def next_url(self, form: Any, result: Any) -> str:
        return self.onward("get_user_file", user_id=result.user_id)


class ChangeContactView(AboutPersonView):
    form_class = ChangeContactForm
    title = "Change contact"
    lead = "Correct a person's name or e-mail address, or give a new library card when the old one is lost."
    button = "Change"

    def success(self, form: ChangeContactForm, result: ContactChanged) -> str:
        name = form.cleaned_data["name"] or form.picked("user_id").name
        barcode = form.cleaned_data["barcode"]
        card = f" The library card is now {barcode}." if barcode else ""
        return f"What the library knows of {name} is changed.{card}"


class SuspendUserView(AboutPersonView):
    form_class = SuspendUserForm
    title = "Suspend person"
    lead = "No borrowing, renewing or reserving. Returning is always possible."
    button = "Suspend"

    def success(self, form: SuspendUserForm, result: UserSuspension) -> str:
        until = f", until {written(result.suspended_until)}" if result.suspended_until else ""
        return f"{form.picked('user_id').name} is suspended{until}."


class ReinstateUserView(AboutPersonView):
    form_class = ReinstateUserForm
    title = "Reinstate person"
    lead = "End a suspension, whatever its cause. A loss that stands is not forgiven, but suspends nobody any more."
    button = "Reinstate"

    def success(self, form: ReinstateUserForm, result: UserReinstated) -> str:
        return f"{form.picked('user_id').name} is no longer suspended."


class EndSuspensionsView(TaskView):
    form_class = EndSuspensionsForm
    title = "End suspensions"
    lead = (
        "Give those whose suspension is over their status back; they may borrow already. Where a scheduler runs, this "
        "happens every day by itself."
    )
    button = "End them"

    def success(self, form: EndSuspensionsForm, result: SuspensionsEnded) -> str:
        number = len(result.user_ids)
        if number == 0:
            return "No suspension is over."
        return "1 person is no longer suspended." if number == 1 else f"{number} people are no longer suspended."
