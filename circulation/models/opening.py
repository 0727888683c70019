"""The policy that a library sets for itself, and the days on which it is open or closed out of turn."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from circulation.policies import MAX_DAYS, POLICY
from library_site.cqrs.validation import plain_text


def _days(default: int, help_text: str) -> "models.PositiveSmallIntegerField[int, int]":
    validators = [MaxValueValidator(MAX_DAYS, f"At most {MAX_DAYS} days.")]
    return models.PositiveSmallIntegerField(default=default, help_text=help_text, validators=validators)


class LibraryPolicy(models.Model):
    """How this library lends, in one row; without it, as `LoanPolicy` does by default."""

    loan_days = _days(POLICY.loan_days, "Days that a book is lent for; 0: until the end of the day.")
    renewals = models.PositiveSmallIntegerField(default=POLICY.renewals, help_text="How often a loan may be renewed.")
    limit_not_verified = models.PositiveSmallIntegerField(
        "limit, not verified",
        default=POLICY.limit_not_verified,
        help_text="Books at a time, for people whom nobody has verified yet.",
    )
    limit_verified = models.PositiveSmallIntegerField(
        "limit, verified", default=POLICY.limit_verified, help_text="Books at a time, for verified people."
    )
    overdue_limit = models.PositiveSmallIntegerField(
        default=POLICY.overdue_limit, help_text="With so many books overdue, nobody borrows more; 0: no such limit."
    )
    shelf_days = _days(POLICY.shelf_days, "Days that a reserved book waits on the hold shelf.")
    closed_weekdays = models.CharField(
        max_length=7,
        blank=True,
        default="",
        help_text="The weekdays on which the library is closed.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "library policy"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="circulation_one_policy"),
            models.CheckConstraint(
                condition=Q(closed_weekdays__regex="^1?2?3?4?5?6?7?$"), name="circulation_closed_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return "How the library lends"

    def save(self, *args: object, **kwargs: object) -> None:
        """There is one row."""
        self.pk = 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class CalendarException(models.Model):
    """A day on which the library is closed, though its weekday is not; or open, though its weekday is."""

    day = models.DateField(primary_key=True)
    is_open = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True, validators=[plain_text], help_text="Why: Christmas Day.")

    class Meta:
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()}: {'open' if self.is_open else 'closed'}"
