"""Forms of the queries: what each list is asked for."""

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.forms.lists import CursorForm, LabelsForm, RecentForm
from catalog.forms.picks import BookPick, refuse_misread
from catalog.policies import BarcodeKind
from circulation.forms.days import DaysForm
from circulation.forms.picks import UserPick
from circulation.queries import GetCardLabels, GetJournal, GetLoansDue, GetOverdueLoans, SearchUsers
from circulation.queries.get_loans_due import days_due
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import journalled
from library_site.html.form_fields import day_field, search_field, text_field


class SearchUsersForm(RecentForm):
    message = SearchUsers

    q = search_field(
        gettext_lazy("Name, e-mail or library card"),
        gettext_lazy("Scan a library card, or type first letters of the name or e-mail address."),
        validators=[refuse_misread(BarcodeKind.CARD)],
        required=False,
    )


class GetCardLabelsForm(LabelsForm):
    message = GetCardLabels
    chosen = "user_ids"


class GetOverdueLoansForm(CursorForm):
    message = GetOverdueLoans

    by_person = forms.BooleanField(label=gettext_lazy("Grouped by person"), required=False)

    def _chosen(self, name: str) -> bool:
        """The list is what there is to do: a box to tick needs no focus."""
        return True


class GetLoansDueForm(DaysForm):
    message = GetLoansDue
    days = staticmethod(days_due)


def _tasks() -> list[tuple[str, str]]:
    return [("", _("Any")), *((name, str(title)) for name, title in journalled().items())]


NO_STAFF = {"anonymous": "anonymous", "cli": "system:cli", "lambda": "system:lambda"}
"""The actors that are no member of the staff, by what is typed for them."""


class GetJournalForm(CursorForm):
    message = GetJournal

    user_id = UserPick(label=gettext_lazy("About a person"), required=False)
    book_id = BookPick(label=gettext_lazy("About a book"), required=False)
    actor = text_field(
        pgettext_lazy("member of staff", "By"),
        gettext_lazy(
            "A user name of the staff, or cli (the command line), lambda (the library’s clock) or anonymous (nobody)."
        ),
        required=False,
        empty_value=None,
    )
    operation = forms.ChoiceField(label=gettext_lazy("Task"), required=False, choices=_tasks)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        required=False,
        choices=[("", gettext_lazy("Any")), *JournalEntry.Outcome.choices],
    )
    day = day_field(pgettext_lazy("a day", "On"), required=False)

    def clean_actor(self) -> str | None:
        """The actor as the journal names it: staff are typed by user name, others as they are called."""
        typed: str | None = self.cleaned_data["actor"]
        if typed is None or ":" in typed:
            return typed
        user = User.objects.filter(username=typed).first()
        if user is None and typed in NO_STAFF:
            return NO_STAFF[typed]
        if user is None:
            said = _("Nobody on the staff has the user name “%(name)s”.")
            raise forms.ValidationError(said, params={"name": typed})
        return f"user:{user.pk}"

    def clean_operation(self) -> str | None:
        return self.cleaned_data["operation"] or None

    def clean_outcome(self) -> str | None:
        return self.cleaned_data["outcome"] or None
