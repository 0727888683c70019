"""Who has what the library owns."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from catalog.models import MAX_NAME, Book, refuse_duplicate, with_derived
from catalog.search import SearchKeyField, search_key
from catalog.text import collapse, name_key
from library_site.cqrs.ids import uuid7
from library_site.cqrs.validation import plain_text

MAX_EMAIL = 254


class LibraryUser(models.Model):
    """A person who borrows. (Staff are `django.contrib.auth` users.)"""

    class Status(models.TextChoices):
        NOT_VERIFIED = "NOT_VERIFIED", "Not verified"
        VERIFIED = "VERIFIED", "Verified"
        SUSPENDED = "SUSPENDED", "Suspended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=MAX_NAME, validators=[plain_text])
    email = models.EmailField()
    email_key = models.CharField(max_length=MAX_EMAIL, editable=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.NOT_VERIFIED)
    status_comment = models.TextField(blank=True, validators=[plain_text])
    status_before = models.CharField(max_length=12, choices=Status, blank=True, editable=False)
    suspended_for_loss = models.BooleanField(default=False, editable=False)
    search_key = SearchKeyField(editable=False)

    class Meta:
        verbose_name = "library user"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email_key"],
                name="circulation_user_email_unique",
                violation_error_message="Somebody is registered with this e-mail address already.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["NOT_VERIFIED", "VERIFIED", "SUSPENDED"]),
                name="circulation_user_status_known",
                violation_error_message="A user is NOT_VERIFIED, VERIFIED or SUSPENDED.",
            ),
            models.CheckConstraint(
                condition=Q(status="SUSPENDED") | Q(status_before="", suspended_for_loss=False),
                name="circulation_user_suspension_whole",
                violation_error_message="Only a suspended user has what undoes a suspension.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the derived keys in step."""
        self.name = collapse(self.name)
        self.email_key = name_key(self.email)
        self.status_comment = "\n".join(self.status_comment.splitlines())
        self.search_key = search_key(self.name, self.email)
        names = with_derived(update_fields, email_key={"email"}, search_key={"name", "email"})
        super().save(update_fields=names, **kwargs)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check what will be stored: an address of other scripts may be longer when it is folded."""
        self.name = collapse(self.name)
        super().clean_fields(exclude)
        if "email" not in (exclude or ()) and len(name_key(self.email)) > MAX_EMAIL:
            raise ValidationError({"email": ValidationError("This e-mail address is too long.", code="max_length")})

    def clean(self) -> None:
        """Raises ValidationError for an e-mail address that somebody else has."""
        self.email_key = name_key(self.email)
        refuse_duplicate(self, "email_key", about="email")

    @property
    def is_verified(self) -> bool:
        """Whether somebody has seen who it is, though the user may be suspended now."""
        return self.Status.VERIFIED in {self.status, self.status_before}

    @property
    def is_suspended(self) -> bool:
        return self.status == self.Status.SUSPENDED

    def suspend_for_loss(self, comment: str) -> None:
        """Suspend, remembering what to go back to; somebody suspended already stays so for the older reason."""
        if not self.is_suspended:
            self.status_before, self.status = self.status, self.Status.SUSPENDED
            self.suspended_for_loss = True
        self.status_comment = comment

    def reinstate(self) -> None:
        """Go back to the status before the suspension."""
        self.status = self.status_before or self.Status.NOT_VERIFIED
        self.status_before = ""
        self.suspended_for_loss = False

    def after_edit(self, old: dict[str, Any]) -> set[str]:
        """After an edit by CRUD: a status that staff changed is theirs, and no book that is found changes it.

        `old` holds the former values of what changed. Returns the names of what else changed.
        """
        if "status" not in old:
            return set()
        self.status_before = old["status"] if self.is_suspended else ""
        self.suspended_for_loss = False
        return {"status_before", "suspended_for_loss"}


class PastLoan(models.Model):
    """A loan that has ended, as evidence: written when it ends, never edited but to say that a loss is resolved."""

    class Ending(models.TextChoices):
        RETURNED = "RETURNED", "Returned"
        MISSING = "MISSING", "Reported missing"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    borrower = models.ForeignKey(LibraryUser, on_delete=models.PROTECT)
    borrowed_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    renewals = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField()
    ending = models.CharField(max_length=8, choices=Ending)
    comment = models.TextField(
        blank=True, help_text="Of a loss: the line that it left in the borrower's status comment."
    )
    resolved_at = models.DateTimeField(null=True, help_text="A loss stands until the book is found.")

    class Meta:
        default_permissions = ("view",)
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ending="MISSING") | Q(resolved_at__isnull=True),
                name="circulation_past_loan_only_losses_resolve",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} lent to {self.borrower}"

    @classmethod
    def standing_losses(cls) -> "models.QuerySet[PastLoan]":
        """Losses whose book has not been found yet."""
        return cls.objects.filter(ending=cls.Ending.MISSING, resolved_at__isnull=True)
