"""Tasks, by REST: what a librarian does, beside the rows of crud.py."""

from dataclasses import asdict

from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from .commands.borrow_book import borrow_book
from .cqrs import DomainError
from .queries.get_borrowed_books_by_user import get_borrowed_books_by_user
from .queries.get_missing_books import get_missing_books


class BorrowBookRequest(serializers.Serializer):
    user_id = serializers.IntegerField()


class BookTasks(viewsets.ViewSet):
    lookup_value_regex = r"\d+"

    @action(detail=True, methods=["post"])
    def borrow(self, request, pk):
        asked = BorrowBookRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            due_on = borrow_book(int(pk), asked.validated_data["user_id"], timezone.localdate())
        except DomainError as refusal:
            return Response({"code": refusal.code, "detail": str(refusal)}, status=409)
        return Response({"due_on": due_on})

    @action(detail=False)
    def missing(self, request):
        return Response([asdict(row) for row in get_missing_books()])


class UserTasks(viewsets.ViewSet):
    lookup_value_regex = r"\d+"

    @action(detail=True)
    def borrowed_books(self, request, pk):
        return Response([asdict(row) for row in get_borrowed_books_by_user(int(pk))])
