"""What is answered."""

from typing import Any

from rest_framework import serializers

from .models import Book


class BookSerializer(serializers.ModelSerializer[Book]):
    class Meta:
        model = Book
        fields = ["id", "title", "isbn", "status"]


class BorrowedBookSerializer(serializers.ModelSerializer[Book]):
    author_id = serializers.UUIDField()
    author_name = serializers.CharField(source="author.name")

    class Meta:
        model = Book
        fields = ["id", "title", "isbn", "author_id", "author_name", "loan_id", "borrowed_at", "due_on"]


class BorrowSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()


class LoanSerializer(serializers.ModelSerializer[Book]):
    book_id = serializers.UUIDField(source="id")
    user_id = serializers.UUIDField(source="borrower_id")

    class Meta:
        model = Book
        fields = ["book_id", "user_id", "due_on", "loan_id"]
