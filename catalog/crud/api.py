"""The CRUD that the tasks grew from: /api/author and /api/book. Its writes: circulation/records/."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from catalog.models import Author, Book
from catalog.policies import canonical_isbn
from catalog.text import name_key
from library_site.cqrs.barcodes import MAX_BARCODE
from library_site.rest.crud import CrudViewSet, RowIdField


class AuthorSerializer(serializers.ModelSerializer[Any]):
    class Meta:
        model = Author
        fields = ("id", "name")


class BookSerializer(serializers.ModelSerializer[Any]):
    author = RowIdField(source="author_id", required=False, allow_null=True)
    borrower = RowIdField(source="borrower_id", required=False, allow_null=True)
    barcode = serializers.CharField(required=False, allow_blank=True, max_length=MAX_BARCODE)

    class Meta:
        model = Book
        fields = (
            *("id", "title", "isbn", "author", "borrower", "status"),
            *("statement_of_responsibility", "shelf_mark", "condition", "barcode"),
        )


class AuthorFilter(filters.FilterSet):
    name = filters.CharFilter(method="by_name", label="The author's name, whatever its case and spacing.")

    def by_name(self, authors: Any, name: str, value: str) -> Any:
        return authors.filter(name_key=name_key(value))

    class Meta:
        model = Author
        fields = ("name",)


class BookFilter(filters.FilterSet):
    author = filters.UUIDFilter(field_name="author_id", label="An author's id.")
    borrower = filters.UUIDFilter(field_name="borrower_id", label="A user's id.")
    isbn = filters.CharFilter(method="by_isbn", label="ISBN-10 or ISBN-13, with or without hyphens.")

    def by_isbn(self, books: Any, name: str, value: str) -> Any:
        return books.filter(isbn=canonical_isbn(value) or value)

    class Meta:
        model = Book
        fields = ("status", "author", "borrower", "isbn")


class AuthorViewSet(CrudViewSet):
    queryset = Author.objects.all()
    serializer_class = AuthorSerializer
    filterset_class = AuthorFilter


class BookViewSet(CrudViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer
    filterset_class = BookFilter


router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("author", AuthorViewSet)
router.register("book", BookViewSet)

urlpatterns = router.urls
