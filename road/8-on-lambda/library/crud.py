"""Rows, by REST: create, read, update, delete. What is written to a book is carried out as a task."""

from rest_framework import serializers, viewsets

from .api import context_of
from .cqrs import dispatch
from .edits import NoSuchTask, task_of
from .models import Author, Book, LibraryUser


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["id", "name"]


class BookSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["id", "title", "isbn", "author", "status", "borrower"]

    def create(self, sent):
        if sent.get("borrower") or sent.get("status", Book.Status.AVAILABLE) != Book.Status.AVAILABLE:
            raise NoSuchTask("A new book is available.")
        return super().create(sent)

    def update(self, book, sent):
        if (task := task_of(book, sent)) is not None:
            dispatch(task, context_of(self.context["request"]))
            book.refresh_from_db()
        return book


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = LibraryUser
        fields = ["id", "name", "status"]


class AuthorViewSet(viewsets.ModelViewSet):
    queryset = Author.objects.all()
    serializer_class = AuthorSerializer


class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer

    def perform_destroy(self, book):
        raise NoSuchTask("A book is not deleted: the journal tells of it.")


class UserViewSet(viewsets.ModelViewSet):
    queryset = LibraryUser.objects.all()
    serializer_class = UserSerializer
