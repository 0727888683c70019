"""The policy that a library sets for itself, and the days on which it is open or closed out of turn."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from circulation.policies import MAX_DAYS, POLICY
from library_site.cqrs.validation import plain_text

RANGES = {
    "loan_days": (0, MAX_DAYS),
    "renewals": (0, 100),
    "limit_not_verified": (0, 1000),
    "limit_verified": (1, 1000),
    "overdue_limit": (0, 1000),
    "shelf_days": (0, 365),
}
"""The least and the most of each number of the policy."""


def _number(name: str, help_text: str, verbose_name: str | None = None) -> "models.PositiveSmallIntegerField[int, int]":
    least, most = RANGES[name]
    return models.PositiveSmallIntegerField(
        verbose_name,
        default=getattr(POLICY, name),
        help_text=f"{help_text} From {least} to {most}.",
        validators=[MinValueValidator(least, f"At least {least}."), MaxValueValidator(most, f"At most {most}.")],
    )


class LibraryPolicy(models.Model):
    """How this library lends, in one row; without it, as `LoanPolicy` does by default."""

    supervised = True

    loan_days = _number("loan_days", "Days that a book is lent for; 0: until the end of the day.")
    renewals = _number("renewals", "How often a loan may be renewed; 0: never.")
    limit_not_verified = _number(
        "limit_not_verified", "Books at a time, for people whom nobody has verified yet.", "limit, not verified"
    )
    limit_verified = _number("limit_verified", "Books at a time, for verified people.", "limit, verified")
    overdue_limit = _number(
        "overdue_limit", "With so many books overdue, nobody borrows more; 0: no matter how many.", "overdue limit"
    )
    shelf_days = _number(
        "shelf_days", "Days that a reserved book waits there; 0: until the end of the day.", "days on the hold shelf"
    )
    closed_weekdays = models.CharField(
        max_length=7,
        blank=True,
        default="",
        validators=[RegexValidator("^1?2?3?4?5?6?7?$", "Weekdays are 1 (Monday) to 7 (Sunday), in this order.")],
        help_text="Nothing falls due on these days, unless the calendar says of one that the library is open.",
    )

    class Meta:
        default_permissions = ("add", "change", "view")
        verbose_name = verbose_name_plural = "library policy"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="circulation_one_policy"),
            models.CheckConstraint(
                condition=Q(**{f"{name}__range": bounds for name, bounds in RANGES.items()}),
                name="circulation_policy_in_range",
            ),
            models.CheckConstraint(
                condition=Q(closed_weekdays__regex="^1?2?3?4?5?6?7?$"), name="circulation_closed_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return "How the library lends"

    def save(self, **kwargs: Any) -> None:
        """There is one row."""
        self.pk = 1
        super().save(**kwargs)

    def after_edit(self, old: dict[str, Any]) -> set[str]:
        """After an edit by CRUD: nothing else changes."""
        return set()


class CalendarException(models.Model):
    """A day on which the library is closed, though its weekday is not; or open, though its weekday is."""

    supervised = True

    day = models.DateField(primary_key=True)
    is_open = models.BooleanField("open", default=False, help_text="If not, the library is closed on this day.")
    note = models.CharField(max_length=200, blank=True, validators=[plain_text], help_text="Why: Christmas Day.")

    class Meta:
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()}: {'open' if self.is_open else 'closed'}"

    def after_edit(self, old: dict[str, Any]) -> set[str]:
        """After an edit by CRUD: nothing else changes."""
        return set()
