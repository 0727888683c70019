"""The people who borrow."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import MAX_NAME, with_derived
from catalog.models.barcodes import BarcodeField, next_barcode
from catalog.models.codes import id_with_barcode, keep_code
from catalog.models.search import SORT_KEY, SearchKeyField, search_key
from catalog.policies import BarcodeKind
from catalog.text import collapse, name_key
from library_site.cqrs.barcodes import MAX_BARCODE, identifies
from library_site.cqrs.ids import uuid7
from library_site.cqrs.validation import plain_text

MAX_EMAIL = 254

NAME_KEY = 100
"""How much of a folded name is compared: a name may grow when it is folded."""


def key_of_name(name: str) -> str:
    """By which namesakes are found."""
    return name_key(name)[:NAME_KEY]


def not_to_come(day: date) -> None:
    """Raises ValidationError for a day that is still to come."""
    if not date(1850, 1, 1) <= day <= timezone.localdate():
        raise ValidationError(_("Nobody was born on this day."), code="invalid")


class LibraryUser(models.Model):
    """A person who borrows. (Staff are `django.contrib.auth` users.)"""

    class Status(models.TextChoices):
        NOT_VERIFIED = "NOT_VERIFIED", _("Not verified")
        VERIFIED = "VERIFIED", _("Verified")
        SUSPENDED = "SUSPENDED", _("Suspended")

    personal = frozenset(
        {"name", "email", "barcode", "birth_date", "phone", "address", "language", "note", "status_comment"}
    )
    accounted = (
        *("status", "status_before", "suspended_for_loss", "suspended_by_staff"),
        *("suspended_at", "suspended_by", "suspended_until"),
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=MAX_NAME, validators=[plain_text])
    name_key = models.CharField(max_length=NAME_KEY, editable=False, default="", db_default="")
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Empty for who has none; a family may share one."))
    email_key = models.CharField(max_length=MAX_EMAIL, editable=False)
    barcode = BarcodeField(verbose_name=_("library card"), kind=BarcodeKind.CARD, max_length=MAX_BARCODE)
    birth_date = models.DateField(
        _("date of birth"),
        null=True,
        blank=True,
        validators=[not_to_come],
        help_text=_("Tells people of one name apart."),
    )
    phone = models.CharField(
        _("telephone"), max_length=50, blank=True, default="", db_default="", validators=[plain_text]
    )
    address = models.TextField(
        _("postal address"), max_length=500, blank=True, default="", db_default="", validators=[plain_text]
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        default="",
        db_default="",
        choices=settings.LANGUAGES,
        help_text=_("In which the library writes; empty: its own."),
    )
    note = models.TextField(
        _("note"),
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        validators=[plain_text],
        help_text=_("For staff; nobody else sees it."),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NOT_VERIFIED)
    status_comment = models.TextField(_("status comment"), blank=True, validators=[plain_text])
    status_before = models.CharField(max_length=12, choices=Status, blank=True, editable=False)
    suspended_for_loss = models.BooleanField(_("suspended for loss"), default=False, editable=False)
    suspended_by_staff = models.BooleanField(default=False, editable=False)
    suspended_at = models.DateTimeField(_("suspended at"), null=True, editable=False)
    suspended_by = models.CharField(
        _("suspended by"), max_length=100, blank=True, editable=False, help_text=_("The actor.")
    )
    suspended_until = models.DateField(
        _("suspended until"),
        null=True,
        editable=False,
        help_text=_("The last day of a suspension by staff; empty: until it is ended."),
    )
    suspension_reason = models.TextField(
        _("suspension reason"), blank=True, editable=False, help_text=_("Of a suspension by staff.")
    )
    search_key = SearchKeyField(editable=False)

    class Meta:
        verbose_name = _("library user")
        verbose_name_plural = _("library users")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["barcode"],
                name="circulation_user_barcode_unique",
                violation_error_message=_("Somebody else has a card with this barcode."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["NOT_VERIFIED", "VERIFIED", "SUSPENDED"]),
                name="circulation_user_status_known",
                violation_error_message=_("A user is NOT_VERIFIED, VERIFIED or SUSPENDED."),
            ),
            models.CheckConstraint(
                condition=Q(status="SUSPENDED")
                | Q(
                    status_before="",
                    suspended_for_loss=False,
                    suspended_by_staff=False,
                    suspended_at__isnull=True,
                    suspended_by="",
                    suspended_until__isnull=True,
                    suspension_reason="",
                ),
                name="circulation_user_suspension_whole",
                violation_error_message=_("Only a suspended user has what undoes a suspension."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(SORT_KEY, "id", name="circulation_user_sorted"),
            models.Index(fields=["name_key"], name="circulation_user_name"),
            models.Index(fields=["email_key"], name="circulation_user_email"),
            models.Index(
                fields=["suspended_until"],
                condition=Q(suspended_until__isnull=False),
                name="circulation_user_until",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the derived keys and the codes in step; give somebody who has no card the next one."""
        is_new, self.barcode = self._state.adding, self.barcode or next_barcode(BarcodeKind.CARD)
        self.derive()
        names = with_derived(update_fields, name_key={"name"}, email_key={"email"}, search_key={"name", "email"})
        with transaction.atomic(savepoint=False):
            super().save(update_fields=names, **kwargs)
            if names is None or "barcode" in names:
                keep_code(BarcodeKind.CARD, self, is_new=is_new)

    def derive(self) -> None:
        """What is stored of the name, the e-mail address, and texts of several lines."""
        self.name = collapse(self.name)
        self.name_key = key_of_name(self.name)
        self.email_key = name_key(self.email)
        for column in ("status_comment", "address", "note"):
            setattr(self, column, "\n".join(getattr(self, column).splitlines()))
        self.search_key = search_key(self.name, also=self.email)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check what will be stored: an address of other scripts may be longer when it is folded."""
        self.name = collapse(self.name)
        super().clean_fields(exclude)
        if "email" not in (exclude or ()) and len(name_key(self.email)) > MAX_EMAIL:
            raise ValidationError({"email": ValidationError(_("This e-mail address is too long."), code="max_length")})

    @property
    def is_verified(self) -> bool:
        """Whether somebody has seen who it is, though the user may be suspended now."""
        return self.Status.VERIFIED in {self.status, self.status_before}

    @property
    def is_suspended(self) -> bool:
        return self.status == self.Status.SUSPENDED

    def is_suspended_on(self, day: date) -> bool:
        """Whether a suspension stands on `day`: one by staff ends by itself after its last day."""
        is_suspended = self.status == self.Status.SUSPENDED
        return is_suspended and (self.suspended_for_loss or not self.is_staff_suspension_over(day))

    def is_staff_suspension_over(self, day: date) -> bool:
        """Whether the last day of a suspension by staff is past."""
        return self.suspended_until is not None and self.suspended_until < day

    def suspend_for_loss(self, comment: str, *, at: datetime, by: str) -> None:
        """Suspend until the loss is resolved, beside any suspension by staff. `by` is the actor."""
        if self.is_suspended and not self.suspended_for_loss:
            self.suspended_by_staff = True  # by CRUD, before its writes were tasks
        self._suspend(at, by)
        self.suspended_for_loss = True
        self.status_comment = comment

    def suspend(self, reason: str, comment: str, *, at: datetime, by: str, until: date | None) -> None:
        """Suspend by decision of the staff; `until` is the last day. `by` is the actor."""
        self._suspend(at, by)
        self.suspended_by_staff = True
        self.suspended_at, self.suspended_by = at, by  # of the suspension that staff can end
        self.suspension_reason, self.suspended_until = reason, until
        self.status_comment = comment

    def _suspend(self, at: datetime, by: str) -> None:
        if not self.is_suspended:
            self.status_before, self.status = self.status, self.Status.SUSPENDED
            self.suspended_at, self.suspended_by = at, by

    def lift(self, *, loss: bool = False, staff: bool = False) -> bool:
        """End the suspension for losses, or by staff, or both; whether that lets the user borrow again."""
        self.suspended_for_loss &= not loss
        if staff:
            self.suspended_by_staff = False
            self.suspension_reason, self.suspended_until = "", None
        if self.suspended_for_loss or self.suspended_by_staff or not self.is_suspended:
            return False
        self.status = self.status_before or self.Status.NOT_VERIFIED
        self._forget_suspension()
        return True

    def _forget_suspension(self) -> None:
        self.status_before = self.suspended_by = self.suspension_reason = ""
        self.suspended_for_loss = self.suspended_by_staff = False
        self.suspended_at = self.suspended_until = None


SUSPENSION = {
    "status_before",
    "suspended_for_loss",
    "suspended_by_staff",
    "suspended_at",
    "suspended_by",
    "suspended_until",
    "suspension_reason",
}
"""The columns of a suspension, beside the status and its comment."""


def begins_a_card(digits: str) -> bool:
    """Whether somebody's library card begins so."""
    return LibraryUser.objects.filter(barcode__gte=digits, barcode__lt=str(int(digits) + 1)).exists()


@identifies("user_id")
def user_with_barcode(text: str) -> UUID:
    """The id of the user with this library card. Raises InvalidInput or NotFound."""
    return id_with_barcode(BarcodeKind.CARD, "user_id", text)
