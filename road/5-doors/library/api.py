"""Tasks, by REST: what a librarian does, beside the rows of crud.py."""

from dataclasses import asdict

from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.views import exception_handler

from .commands.borrow_book import BorrowBook
from .cqrs import Actor, Context, DomainError, dispatch
from .cqrs.answers import problem_of, status_of
from .queries.get_borrowed_books_by_user import GetBorrowedBooksByUser


def context_of(request):
    return Context(actor=Actor.of_user(request.user), source="rest")


def handle(error, context):
    """What REST framework calls for every error of a view (settings.py)."""
    if isinstance(error, DomainError):
        return Response(problem_of(error), status=status_of(error))
    return exception_handler(error, context)


class BorrowBookRequest(serializers.Serializer):
    user_id = serializers.IntegerField()


class BookTasks(viewsets.ViewSet):
    lookup_value_regex = r"\d+"

    @action(detail=True, methods=["post"])
    def borrow(self, request, pk):
        asked = BorrowBookRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        result = dispatch(BorrowBook(book_id=int(pk), **asked.validated_data), context_of(request))
        return Response(asdict(result))


class UserTasks(viewsets.ViewSet):
    lookup_value_regex = r"\d+"

    @action(detail=True)
    def borrowed_books(self, request, pk):
        rows = dispatch(GetBorrowedBooksByUser(user_id=int(pk)), context_of(request))
        return Response([asdict(row) for row in rows])
