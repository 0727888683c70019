"""The policy that a library sets for itself, its closures, and days on which it is open or closed out of turn."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from circulation.policies import MAX_DAYS, POLICY
from library_site.cqrs.ids import uuid7
from library_site.cqrs.texts import long_date
from library_site.cqrs.validation import plain_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RANGES = {
    "loan_days": (0, MAX_DAYS),
    "renewals": (0, 100),
    "limit_not_verified": (0, 1000),
    "limit_verified": (1, 1000),
    "overdue_limit": (0, 1000),
    "shelf_days": (0, 365),
}
"""The least and the most of each number of the policy."""


def _number(
    name: str, help_text: "StrOrPromise", verbose_name: "StrOrPromise"
) -> "models.PositiveSmallIntegerField[int, int]":
    least, most = RANGES[name]
    least_said, most_said, range_said = _("At least {number}."), _("At most {number}."), _("From {least} to {most}.")
    return models.PositiveSmallIntegerField(
        verbose_name,
        default=getattr(POLICY, name),
        help_text=format_lazy("{} {}", help_text, format_lazy(range_said, least=least, most=most)),
        validators=[
            MinValueValidator(least, format_lazy(least_said, number=least)),
            MaxValueValidator(most, format_lazy(most_said, number=most)),
        ],
    )


class LibraryPolicy(models.Model):
    """How this library lends and what it is called, in one row; without it, as `LoanPolicy` does by default."""

    supervised = True

    loan_days = _number("loan_days", _("Days that a book is lent for; 0: until the end of the day."), _("loan days"))
    renewals = _number("renewals", _("How often a loan may be renewed; 0: never."), _("renewals"))
    limit_not_verified = _number(
        "limit_not_verified", _("Books at a time, for people whom nobody has verified yet."), _("limit, not verified")
    )
    limit_verified = _number("limit_verified", _("Books at a time, for verified people."), _("limit, verified"))
    overdue_limit = _number(
        "overdue_limit",
        _("With so many books overdue, nobody borrows more; 0: no matter how many."),
        _("overdue limit"),
    )
    shelf_days = _number(
        "shelf_days",
        _("Open days that a reserved book waits there; 0: until the end of the day."),
        _("days on the hold shelf"),
    )
    closed_weekdays = models.CharField(
        _("closed weekdays"),
        max_length=7,
        blank=True,
        default="",
        validators=[RegexValidator("^1?2?3?4?5?6?7?$", _("Weekdays are 1 (Monday) to 7 (Sunday), in this order."))],
        help_text=_("Nothing falls due on these days, unless the calendar says of one that the library is open."),
    )
    library_name = models.CharField(
        _("name"), max_length=60, blank=True, default="", db_default="", validators=[plain_text]
    )
    library_address = models.CharField(
        _("address"), max_length=200, blank=True, default="", db_default="", validators=[plain_text]
    )

    class Meta:
        default_permissions = ("add", "change", "view")
        verbose_name = verbose_name_plural = _("library policy")
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
        return str(_("How the library lends"))

    def save(self, **kwargs: Any) -> None:
        """There is one row."""
        self.pk = 1
        super().save(**kwargs)


class CalendarException(models.Model):
    """A day on which the library is closed, though its weekday is not; or open, though its weekday is."""

    day = models.DateField(_("day"), primary_key=True)
    is_open = models.BooleanField(_("open"), default=False, help_text=_("If not, the library is closed on this day."))
    note = models.CharField(
        _("note"), max_length=200, blank=True, validators=[plain_text], help_text=_("Why: Christmas Day.")
    )

    class Meta:
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        message = _("{day}: open") if self.is_open else _("{day}: closed")
        return str(message).format(day=long_date(self.day))


class Closure(models.Model):
    """Days from the first to the last on which the library is closed, but for those that the calendar says are open."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=200, blank=True, validators=[plain_text])

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        default_permissions = ("view",)
        ordering: ClassVar = ["first"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="circulation_closure_is_a_span"),
        ]

    def __str__(self) -> str:
        return " – ".join(long_date(day) for day in dict.fromkeys((self.first, self.last)))
