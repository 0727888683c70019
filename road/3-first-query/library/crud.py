"""Rows, by REST: create, read, update, delete."""

from rest_framework import serializers, viewsets

from .models import Author, Book, LibraryUser


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["id", "name"]


class BookSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["id", "title", "isbn", "author", "status", "borrower"]

    def validate(self, attrs):
        if (borrower := attrs.get("borrower")) and borrower.status == "SUSPENDED":
            raise serializers.ValidationError({"borrower": f"{borrower} is suspended."})
        return attrs


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


class UserViewSet(viewsets.ModelViewSet):
    queryset = LibraryUser.objects.all()
    serializer_class = UserSerializer
