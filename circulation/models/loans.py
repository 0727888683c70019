"""Loans that have ended."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Book

from .users import LibraryUser


class PastLoan(models.Model):
    """A loan that has ended, as evidence.

    Written when it ends, and edited only to say that a loss is resolved, or that its borrower was reinstated in spite
    of it by a command: then it has no comment any more.
    """

    class Ending(models.TextChoices):
        RETURNED = "RETURNED", _("Returned")
        MISSING = "MISSING", _("Reported missing")

    accounted = (
        *("book_id", "borrower_id", "borrowed_at", "due_on", "renewals"),
        *("ended_at", "ending", "suspends", "resolved_at"),
    )

    id = models.UUIDField(primary_key=True, editable=False)
    """That of the loan: while it was open, the `loan_id` of its book."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False, verbose_name=_("book"))
    borrower = models.ForeignKey(LibraryUser, on_delete=models.PROTECT, db_index=False, verbose_name=_("borrower"))
    borrowed_at = models.DateTimeField(_("borrowed at"), null=True)
    due_on = models.DateField(_("due on"), null=True)
    renewals = models.PositiveSmallIntegerField(_("renewals"), default=0)
    ended_at = models.DateTimeField(_("ended at"))
    ending = models.CharField(_("ending"), max_length=8, choices=Ending)
    comment = models.TextField(
        _("comment"), blank=True, help_text=_("Of a loss: the line that it left in the borrower's status comment.")
    )
    resolved_at = models.DateTimeField(
        _("resolved at"), null=True, help_text=_("A loss stands until the book is found.")
    )

    class Meta:
        verbose_name = _("past loan")
        verbose_name_plural = _("past loans")
        default_permissions = ("view",)
        ordering: ClassVar = ["-ended_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["borrowed_at"], name="circulation_loan_made"),
            models.Index(fields=["ended_at", "id"], name="circulation_loan_ended"),
            models.Index(fields=["book", "ended_at", "id"], name="circulation_loan_of_book"),
            models.Index(fields=["borrower", "ended_at", "id"], name="circulation_loan_of_user"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ending="MISSING") | Q(resolved_at__isnull=True),
                name="circulation_past_loan_only_losses_resolve",
            ),
        ]

    def __str__(self) -> str:
        return str(_("{title} lent to {name}")).format(title=self.book, name=self.borrower)

    @property
    def suspends(self) -> bool:
        """Whether it is a loss that suspends its borrower, or did until the book was found."""
        return bool(self.comment)

    @classmethod
    def unresolved_losses(cls) -> "models.QuerySet[PastLoan]":
        """Losses whose book has not been found yet."""
        return cls.objects.filter(ending=cls.Ending.MISSING, resolved_at__isnull=True)

    @classmethod
    def suspending_losses(cls) -> "models.QuerySet[PastLoan]":
        """Unresolved losses whose borrower has not been reinstated since."""
        return cls.unresolved_losses().exclude(comment="")
