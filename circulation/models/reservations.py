"""Who waits for which title."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from library_site.cqrs.ids import uuid7

from .users import LibraryUser


class Reservation(models.Model):
    """That somebody waits for a title: for the first copy of `book`'s ISBN, or for `book` itself if it has none.

    Open, it is in the queue of its title, ordered by rank; or it waits on the hold shelf, when a book's row says so
    (`Book.reservation`, which is the truth about it).
    """

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        FULFILLED = "FULFILLED", _("Fulfilled")
        CANCELLED = "CANCELLED", _("Cancelled")
        EXPIRED = "EXPIRED", _("Not collected")

    accounted = ("book_id", "user_id", "rank", "status", "placed_at", "ended_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(
        Book,
        on_delete=models.PROTECT,
        verbose_name=_("book"),
        related_name="reservations",
        help_text=_("The copy by which the title was named."),
    )
    user = models.ForeignKey(LibraryUser, on_delete=models.PROTECT, verbose_name=_("person"))
    rank = models.IntegerField(_("rank"), help_text=_("The order in the queue of the title; lower comes first."))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.OPEN)
    placed_at = models.DateTimeField(_("placed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        default_permissions = ("view",)
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["book"], condition=Q(status="OPEN"), name="circulation_open_by_book"),
            models.Index(fields=["user"], condition=Q(status="OPEN"), name="circulation_open_by_user"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=["OPEN", "FULFILLED", "CANCELLED", "EXPIRED"]),
                name="circulation_reservation_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", ended_at__isnull=True) | (~Q(status="OPEN") & Q(ended_at__isnull=False)),
                name="circulation_reservation_ends_once",
            ),
            models.UniqueConstraint(
                fields=["book", "user"],
                condition=Q(status="OPEN"),
                name="circulation_one_open_reservation",
                violation_error_message=_("This person waits for this book already."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("{title} for {name}")).format(title=self.book, name=self.user)
