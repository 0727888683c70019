from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q


class Author(models.Model):
    name = models.CharField(max_length=200)

    def __str__(self):
        return self.name


class LibraryUser(models.Model):
    """Who borrows."""

    class Status(models.TextChoices):
        NOT_VERIFIED = "NOT_VERIFIED"
        VERIFIED = "VERIFIED"
        SUSPENDED = "SUSPENDED"

    name = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=Status, default=Status.NOT_VERIFIED)

    def __str__(self):
        return self.name


class Book(models.Model):
    """A copy on a shelf, or in somebody's bag: then `borrower` has it."""

    class Status(models.TextChoices):
        AVAILABLE = "AVAILABLE"
        BORROWED = "BORROWED"
        MISSING = "MISSING"

    title = models.CharField(max_length=200)
    isbn = models.CharField(max_length=13, validators=[RegexValidator(r"^\d{13}$")])
    author = models.ForeignKey(Author, models.PROTECT)
    status = models.CharField(max_length=20, choices=Status, default=Status.AVAILABLE)
    borrower = models.ForeignKey(LibraryUser, models.PROTECT, null=True, blank=True)
    due_on = models.DateField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="BORROWED", borrower__isnull=False) | ~Q(status="BORROWED") & Q(borrower=None),
                name="book_is_borrowed_by_its_borrower",
            )
        ]

    def __str__(self):
        return self.title
