"""Tasks, by REST: what a librarian does, beside the rows of crud.py."""

from dataclasses import asdict

from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from .commands.borrow_book import BorrowBook
from .cqrs import Actor, Context, DomainError, NotAllowed, dispatch
from .queries.get_borrowed_books_by_user import GetBorrowedBooksByUser


def context_of(request):
    return Context(actor=Actor.of_user(request.user), source="rest")


def refused(refusal):
    status = 403 if isinstance(refusal, NotAllowed) else 409
    return Response({"code": refusal.code, "detail": str(refusal)}, status=status)


class BorrowBookRequest(serializers.Serializer):
    user_id = serializers.IntegerField()


class BookTasks(viewsets.ViewSet):
    lookup_value_regex = r"\d+"

    @action(detail=True, methods=["post"])
    def borrow(self, request, pk):
        asked = BorrowBookRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            result = dispatch(BorrowBook(book_id=int(pk), **asked.validated_data), context_of(request))
        except DomainError as refusal:
            return refused(refusal)
        return Response(asdict(result))


class UserTasks(viewsets.ViewSet):
    lookup_value_regex = r"\d+"

    @action(detail=True)
    def borrowed_books(self, request, pk):
        try:
            rows = dispatch(GetBorrowedBooksByUser(user_id=int(pk)), context_of(request))
        except DomainError as refusal:
            return refused(refusal)
        return Response([asdict(row) for row in rows])
