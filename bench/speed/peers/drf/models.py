"""The library's tables, as a usual project would have them as models."""

from django.db import models


class Author(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "catalog_author"

    def __str__(self) -> str:
        return self.name


class LibraryUser(models.Model):
    id = models.UUIDField(primary_key=True)
    status = models.CharField(max_length=12)

    class Meta:
        managed = False
        db_table = "circulation_libraryuser"

    def __str__(self) -> str:
        return str(self.id)


class Book(models.Model):
    id = models.UUIDField(primary_key=True)
    title = models.CharField(max_length=500)
    isbn = models.CharField(max_length=20)
    search_key = models.TextField()
    status = models.CharField(max_length=9)
    author = models.ForeignKey(Author, models.PROTECT)
    borrower = models.ForeignKey(LibraryUser, models.PROTECT, null=True)
    loan_id = models.UUIDField(null=True)
    borrowed_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "catalog_book"

    def __str__(self) -> str:
        return self.title
