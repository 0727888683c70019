"""Books: the usual viewset, with two lists, and borrow as an action of its own."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Substr
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet
from uuid_utils.compat import uuid7

from .models import Book, LibraryUser
from .serializers import BookSerializer, BorrowedBookSerializer, BorrowSerializer, LoanSerializer

LIMITS = {"VERIFIED": 10, "NOT_VERIFIED": 2}


class Conflict(APIException):
    status_code = 409


class Cursor(CursorPagination):
    page_size = 100


class BookViewSet(ModelViewSet[Book]):
    queryset = Book.objects.all()
    serializer_class = BookSerializer
    pagination_class = Cursor

    @action(detail=False, url_path="by-author/(?P<author_id>[^/]+)")
    def by_author(self, request: Request, author_id: str) -> Response:
        books = Book.objects.filter(author_id=author_id).annotate(sort_key=Substr("search_key", 1, 60))
        return self.page(books, BookSerializer, "sort_key", "id")

    @action(detail=False, url_path="by-user/(?P<user_id>[^/]+)")
    def by_user(self, request: Request, user_id: str) -> Response:
        books = Book.objects.filter(borrower_id=user_id).select_related("author")
        return self.page(books, BorrowedBookSerializer, "due_on", "id")

    def page(self, books: QuerySet[Book], serializer: Any, *ordering: str) -> Response:
        self.paginator.ordering = ordering
        return self.get_paginated_response(serializer(self.paginate_queryset(books), many=True).data)

    @action(detail=True, methods=["post"])
    def borrow(self, request: Request, pk: str) -> Response:
        serializer = BorrowSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            book = get_object_or_404(Book.objects.select_for_update(), pk=pk)
            user = get_object_or_404(LibraryUser.objects.select_for_update(), pk=serializer.validated_data["user_id"])
            if book.status != "AVAILABLE":
                raise Conflict("book_not_available")
            if Book.objects.filter(borrower=user).count() >= LIMITS.get(user.status, 0):
                raise Conflict("loan_limit_reached")
            book.status, book.borrower, book.loan_id = "BORROWED", user, uuid7()
            book.borrowed_at = timezone.now()
            book.due_on = timezone.localdate() + timedelta(days=28)
            book.save(update_fields=["status", "borrower", "loan_id", "borrowed_at", "due_on"])
        return Response(LoanSerializer(book).data)
