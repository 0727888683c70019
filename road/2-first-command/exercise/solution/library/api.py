"""Tasks, by REST: what a librarian does, beside the rows of crud.py."""

from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from .commands.borrow_book import borrow_book
from .commands.return_book import return_book
from .cqrs import DomainError


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

    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request, pk):
        try:
            return_book(int(pk))
        except DomainError as refusal:
            return Response({"code": refusal.code, "detail": str(refusal)}, status=409)
        return Response()
