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
        permissions = [
            ("borrow_book", "Borrow book"),
            ("correct_book", "Correct book"),
            ("get_borrowed_books_by_user", "Borrowed books by person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="BORROWED", borrower__isnull=False) | ~Q(status="BORROWED") & Q(borrower=None),
                name="book_is_borrowed_by_its_borrower",
            )
        ]

    def __str__(self):
        return self.title


class JournalEntry(models.Model):
    """What somebody did, or was refused: ids, and nothing that is personal."""

    operation = models.CharField(max_length=100)
    arguments = models.JSONField()
    actor = models.CharField(max_length=100)
    source = models.CharField(max_length=20)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20)
    code = models.CharField(max_length=100, blank=True)
    result = models.JSONField(null=True)

    def __str__(self):
        return f"{self.operation} {self.arguments} {self.outcome}"


class IdempotencyKey(models.Model):
    actor = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    entry = models.ForeignKey(JournalEntry, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="key_is_its_actors_own")]

    def __str__(self):
        return self.key
