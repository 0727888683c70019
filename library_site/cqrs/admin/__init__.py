"""What the admins of every app share: the legacy CRUD by form, actions that dispatch commands, and the journal."""

from django.contrib import admin

from .actions import ActingAdmin, CommandAction
from .crud import CrudAdmin
from .journal import JournalEntryAdmin
from .tables import ReadOnlyAdmin

__all__ = ["ActingAdmin", "CommandAction", "CrudAdmin", "JournalEntryAdmin", "ReadOnlyAdmin"]

admin.site.site_header = admin.site.site_title = "Library"
admin.site.index_title = "The tables, one by one"
