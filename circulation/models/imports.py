"""Files that come into the library, and what became of their rows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FileImport(models.Model):
    """An import: of a file, step by step, or of what the shell reads, which keeps no file here.

    Its id is that of the journal's entry in which it began; what it does are parts of that. File, what was recognised
    of it and the report are kept until it is closed; the row stays, so that it can be undone.
    """

    class Kind(models.TextChoices):
        BOOKS = "BOOKS", _("Books")
        PEOPLE = "PEOPLE", _("People")
        LOANS = "LOANS", _("Loans")

    class State(models.TextChoices):
        BEGUN = "BEGUN", _("Not finished")
        DONE = "DONE", _("Finished")
        CLOSED = "CLOSED", _("Closed")
        UNDONE = "UNDONE", _("Undone")

    personal = frozenset({"file_name", "content", "recognised", "preview"})

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.BEGUN)
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(null=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    options = models.JSONField(default=list)
    recognised = models.JSONField(default=dict)
    preview = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    position = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(default=dict)
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.CharField(_("begun by"), max_length=100)
    changed_at = models.DateTimeField(_("last step at"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ("view",)
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["BEGUN", "DONE"]) | Q(content__isnull=True),
                name="circulation_import_closed_has_no_file",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportedRow(models.Model):
    """What became of a row of a file; `number` is its place among the rows, from 1, `line` where it starts."""

    class Fate(models.TextChoices):
        ADDED = "ADDED", _("Added")
        THERE = "THERE", _("Already there")
        OTHER = "OTHER", _("Something else")
        REJECTED = "REJECTED", _("Rejected")

    personal = frozenset({"taken_for", "remarks"})

    pk = models.CompositePrimaryKey("file_import_id", "number")
    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    fate = models.CharField(max_length=8, choices=Fate)
    taken_for = models.TextField()
    remarks = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.line}: {self.fate}"
