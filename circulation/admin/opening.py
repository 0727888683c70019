"""The admin of what a library sets for itself: how it lends, and when it is open."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from circulation.admin import tasks as admin_tasks
from circulation.models import CalendarException, LibraryPolicy
from library_site.admin import CrudAdmin
from library_site.admin.forms import CrudForm


class LibraryPolicyForm(CrudForm):
    closed_weekdays = forms.CharField(
        label=_("Closed weekdays"),
        required=False,
        validators=[RegexValidator("^[1-7]*$", _("Choose weekdays."))],
        help_text=LibraryPolicy._meta.get_field("closed_weekdays").help_text,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Pages and their forms are imported when they are asked for.
        self.fields["closed_weekdays"].widget = import_string("circulation.forms.opening.Weekdays")()


class LibraryPolicyAdmin(CrudAdmin):
    """The one row: the list leads to it, or to making it."""

    form = LibraryPolicyForm
    fields = (
        "loan_days",
        "renewals",
        "limit_not_verified",
        "limit_verified",
        "overdue_limit",
        "shelf_days",
        "closed_weekdays",
    )

    task_links = admin_tasks.OF_POLICY

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not LibraryPolicy.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's, but that no other can be added."""
        return super().render_change_form(request, context | {"show_save_and_add_another": False}, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if LibraryPolicy.objects.exists():
            return redirect(reverse("admin:circulation_librarypolicy_change", args=[1]))
        if self.has_add_permission(request):
            return redirect(reverse("admin:circulation_librarypolicy_add"))
        return super().changelist_view(request, extra_context)


class CalendarExceptionAdmin(CrudAdmin):
    fields = ("day", "is_open", "note")
    list_display = ("day", "weekday", "is_open", "note")
    list_filter = ("is_open",)
    date_hierarchy = "day"
    ordering = ("-day",)
    search_fields = ("note",)
    search_help_text = _("A part of the note.")
    task_links = admin_tasks.OF_CALENDAR

    @admin.display(description=_("weekday"))
    def weekday(self, exception: CalendarException) -> str:
        return str(WEEKDAYS[exception.day.weekday()])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The day of an exception stays: another day is another exception."""
        return ("day",) if obj else ()

    @staticmethod
    def matching(q: str) -> Q:
        return Q(note__icontains=q)
