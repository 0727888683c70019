"""The journal's tables, and the permissions of the operations."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .ids import uuid7


class JournalEntry(models.Model):
    """A command that was carried out or refused: what, by whom, from which source, when, and the answer.

    Append-only (management/append_only.py): of an entry, single values of what is in JSON may become null, for privacy.
    """

    class Outcome(models.TextChoices):
        CARRIED_OUT = "CARRIED_OUT", _("Carried out")
        REFUSED = "REFUSED", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.CharField(_("operation"), max_length=100)
    arguments = models.JSONField(
        _("arguments"), help_text=_("Ids and other plain values; what is personal is left out.")
    )
    actor = models.CharField(max_length=100)
    source = models.CharField(_("source"), max_length=10)
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome)
    code = models.CharField(_("code"), max_length=100, blank=True, help_text=_("Why it was refused."))
    result = models.JSONField(_("result"), null=True)
    changes = models.JSONField(
        _("changes"), default=list, help_text=_("What the rows that it changed were then, less what is empty.")
    )
    number = models.BigIntegerField(
        null=True,
        unique=True,
        editable=False,
        help_text=_("The order in which rows were changed; empty: of before there was an opening balance."),
    )
    left_out = models.PositiveIntegerField(
        _("left out"), default=0, help_text=_("How many refusals before it have no entry, as there were too many.")
    )
    whole = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        related_name="parts",
        verbose_name=_("part of"),
        help_text=_("The entry of what was carried out together with it."),
    )

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        default_permissions = ("view",)
        ordering: ClassVar = ["-id"]
        # The newest first, of what the journal is asked for.
        indexes: ClassVar = [
            models.Index(fields=["operation", "id"], name="cqrs_journal_operation"),
            models.Index(fields=["actor", "id"], name="cqrs_journal_actor"),
            models.Index(fields=["outcome", "id"], name="cqrs_journal_outcome"),
            models.Index(fields=["at"], name="cqrs_journal_at"),
            models.Index(fields=["code", "id"], condition=~Q(code=""), name="cqrs_journal_code"),
        ]

    def __str__(self) -> str:
        text = str(_("{operation} by {actor}: {outcome}"))
        return text.format(operation=self.operation, actor=self.actor, outcome=self.get_outcome_display())


class IdempotencyKey(models.Model):
    """That an actor has had a request with this key carried out: what it was (a salted hash), and its entry."""

    pk = models.CompositePrimaryKey("actor", "key")
    actor = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=97)
    entry = models.OneToOneField(JournalEntry, on_delete=models.CASCADE)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["at"], name="cqrs_key_at")]

    def __str__(self) -> str:
        return f"{self.key} of {self.actor}"


class JournalSubject(models.Model):
    """That an entry is about something: a row of the library whose id its arguments or its result hold."""

    pk = models.CompositePrimaryKey("subject", "entry_id")
    subject = models.UUIDField()
    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.subject} in {self.entry_id}"


class GivenPermission(models.Model):
    """That `migrate` has given a group a permission: it gives none twice, so that what is taken away stays away."""

    pk = models.CompositePrimaryKey("group_id", "permission_id")
    group = models.ForeignKey("auth.Group", on_delete=models.CASCADE, related_name="+")
    permission = models.ForeignKey("auth.Permission", on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.permission_id} of {self.group_id}"


class Operation(models.Model):  # noqa: DJ008 - it has no rows
    """No table: what the permissions of the operations hang on (one each, made after migrating)."""

    class Meta:
        managed = False
        default_permissions = ()
