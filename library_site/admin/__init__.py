"""What the admins of every app share: the legacy CRUD by form, actions that dispatch commands, and the journal."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .actions import ActionAdmin, CommandAction
from .crud import CrudAdmin
from .journal import JournalEntryAdmin
from .junk import refusing_junk
from .tables import ReadOnlyAdmin
from .task_links import TaskLink

__all__ = ["ActionAdmin", "CommandAction", "CrudAdmin", "JournalEntryAdmin", "ReadOnlyAdmin", "TaskLink"]

admin.site.site_header = admin.site.site_title = _("Library")
admin.site.index_title = _("The tables, one by one")
admin.site.admin_view = refusing_junk(admin.site.admin_view)  # type: ignore[method-assign, assignment]
