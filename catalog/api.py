"""REST tasks of the catalogue: /api/book/new and so on. Adapter: it translates, nothing else."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.commands import AddCopies, AddNewBook
from catalog.commands.add_copies import MAX_COPIES
from catalog.domain.source_records import MOST_CHARACTERS
from catalog.models import MAX_NAME, MAX_STATEMENT, MAX_TITLE, Book
from catalog.queries import GetBookLabels, GetBooksByAuthor, SearchAuthors, SearchBooks
from library_site.cqrs.barcodes import MAX_BARCODE
from library_site.cqrs.messages import MAX_PAGE_SIZE
from library_site.rest.tasks import IdField, PageRequest, TaskRouter, TaskViewSet, rest_task

BOOK = "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"
AUTHOR = "01931f3e-7bff-7d11-9c0e-5a1b2c3d4e5f"
BARCODE = "30001000000424"

LABEL: dict[str, Any] = {
    "required": False,
    "allow_blank": True,
    "max_length": MAX_BARCODE,
    "help_text": "As the label has it: 4 to 32 letters, digits, or - . /. Empty: the next number is given.",
}
"""How a request says the barcode on a new label."""

OPTIONAL: dict[str, Any] = {"required": False, "allow_blank": True}


class AuthorReference(serializers.Serializer[Any]):
    """An author, by `id` or by `name`; null for a book that has none."""

    id = IdField(required=False, allow_null=True)
    name = serializers.CharField(required=False, allow_null=True, max_length=MAX_NAME)

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        if all(each is None for each in found.values()):
            raise serializers.ValidationError([_("Name the author, either by id or by name.")], code="required")
        return found


class DescribedRequest(serializers.Serializer[Any]):
    """What is said of a book beside its title, author and ISBN."""

    statement_of_responsibility = serializers.CharField(
        **OPTIONAL, max_length=MAX_STATEMENT, help_text="All who wrote, translated or edited it, as it is printed."
    )
    shelf_mark = serializers.CharField(**OPTIONAL, max_length=100, help_text="Where it stands.")
    condition = serializers.CharField(
        **OPTIONAL, max_length=200, help_text="What the desk is to know when it comes back."
    )


class AddNewBookRequest(DescribedRequest):
    title = serializers.CharField(max_length=MAX_TITLE)
    isbn = serializers.CharField(**OPTIONAL, max_length=20, help_text="ISBN-10 or ISBN-13; empty if it has none.")
    author = AuthorReference(required=False, allow_null=True)
    only_if_new = serializers.BooleanField(
        required=False,
        help_text="Refuse the book if the library has it already: by its barcode, else by title and author.",
    )
    copy_number = serializers.IntegerField(
        required=False, min_value=1, help_text="With only_if_new: which copy of its title it is, 1 if not given."
    )
    barcode = serializers.CharField(**LABEL)
    source_record = serializers.CharField(
        **OPTIONAL,
        max_length=MOST_CHARACTERS,
        help_text="The record that another catalogue has of it, which exports give back: MARC 21 in UTF-8 "
        "(ISO 2709), as base64.",
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in asked.items() if name != "author" or value is not None}


class BookAddedAnswer(serializers.Serializer[Any]):
    book_id = serializers.UUIDField()
    author_id = serializers.UUIDField(allow_null=True)
    author_added = serializers.BooleanField()
    barcode = serializers.CharField()
    book_status = serializers.ChoiceField(
        choices=Book.Status.choices, help_text="ON_HOLD when somebody waited for the title."
    )


class AddCopiesRequest(serializers.Serializer[Any]):
    copies = serializers.IntegerField(required=False, help_text=f"How many, 1 to {MAX_COPIES}; 1 if not given.")
    barcode = serializers.CharField(**LABEL | {"help_text": f"Of a single copy. {LABEL['help_text']}"})


class CopiesAddedAnswer(serializers.Serializer[Any]):
    book_ids = serializers.ListField(child=serializers.UUIDField())
    barcodes = serializers.ListField(child=serializers.CharField())
    on_hold = serializers.IntegerField(help_text="How many of them people waited for: they are on the hold shelf.")


class ChosenField(serializers.CharField):
    """Those whose labels are wanted, in place of a range."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = "In place of a range: the ids of those that are meant, with commas between them."
        super().__init__(required=False, max_length=40 * MAX_PAGE_SIZE, help_text=help_text, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        ids = [each.strip() for each in str(super().to_internal_value(data)).split(",")]
        return tuple(serializers.UUIDField().run_validation(id) for id in ids if id)


class LabelsRequest(PageRequest):
    first = serializers.CharField(required=False, max_length=MAX_BARCODE, help_text="The first barcode.")
    last = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_BARCODE,
        help_text="The last one; without it, the first is the only one.",
    )


class BookLabelsRequest(LabelsRequest):
    book_ids = ChosenField()


class BookLabelRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    barcode = serializers.CharField()
    title = serializers.CharField()
    author_name = serializers.CharField(help_text="Empty: it has no author.")
    shelf_mark = serializers.CharField()


class BookOfAuthorRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    isbn = serializers.CharField()
    status = serializers.ChoiceField(choices=Book.Status.choices)


class SearchRequest(PageRequest):
    q = serializers.CharField(
        help_text="A few letters of each word (one or two: of the first word, or a whole one), or an id.",
        max_length=500,
    )


class RecentRequest(PageRequest):
    """What is searched for, or all of it."""

    recent = serializers.BooleanField(
        required=False, help_text="With an empty q: all that there are, the newest first."
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not asked["q"] and not asked.get("recent"):
            self.fields["q"].fail("blank")
        return asked


class SearchScannedRequest(RecentRequest):
    is_barcode = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text="Whether `q` is a barcode. If it is not said, that is tried first, where it may be one.",
    )


class SearchBooksRequest(SearchScannedRequest):
    q = serializers.CharField(
        help_text="A few letters of words of the title or author (one or two: of its first word, or a whole word); "
        "an ISBN or its beginning; a barcode or an id.",
        max_length=500,
        allow_blank=True,
    )
    status = serializers.ChoiceField(choices=Book.Status.choices, required=False)


class FoundBookRow(BookOfAuthorRow):
    barcode = serializers.CharField()
    author_id = serializers.UUIDField(allow_null=True)
    author_name = serializers.CharField(help_text="Empty: it has no author.")
    statement_of_responsibility = serializers.CharField()
    shelf_mark = serializers.CharField()
    condition = serializers.CharField(help_text="What the desk is to know when it comes back.")
    borrower_id = serializers.UUIDField(allow_null=True)
    borrower_name = serializers.CharField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    reserved_for_name = serializers.CharField(allow_null=True, help_text="For whom it waits on the hold shelf.")


class FoundAuthorRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


BOOK_EXAMPLE = {"id": BOOK, "title": "Dune", "isbn": "9780441013593", "status": "AVAILABLE"}


class BookTasks(TaskViewSet):
    @rest_task(
        AddNewBook,
        "new",
        takes=AddNewBookRequest,
        request_example={"title": "Dune", "isbn": "0-441-01359-7", "author": {"name": "Frank Herbert"}},
        answers=BookAddedAnswer,
        answer_example={"book_id": BOOK, "author_id": AUTHOR, "author_added": True}
        | {"barcode": BARCODE, "book_status": "AVAILABLE"},
        status=201,
    )
    def new(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        AddCopies,
        "copies",
        detail=True,
        takes=AddCopiesRequest,
        request_example={"copies": 1},
        answers=CopiesAddedAnswer,
        answer_example={"book_ids": [BOOK], "barcodes": [BARCODE], "on_hold": 0},
        status=201,
    )
    def copies(self, request: Request, id: UUID) -> Response:
        return self.perform(request, book_id=id)

    @rest_task(GetBooksByAuthor, "by-author/<uuid:author_id>", answers=BookOfAuthorRow, answer_example=BOOK_EXAMPLE)
    def by_author(self, request: Request, author_id: UUID) -> Response:
        return self.perform(request, author_id=author_id)

    @rest_task(
        GetBookLabels,
        "labels",
        takes=BookLabelsRequest,
        answers=BookLabelRow,
        answer_example={"id": BOOK, "barcode": BARCODE, "title": "Dune", "author_name": "Frank Herbert"}
        | {"shelf_mark": "F HER"},
    )
    def labels(self, request: Request) -> Response:
        return self.perform(request)

    @rest_task(
        SearchBooks,
        "search",
        takes=SearchBooksRequest,
        answers=FoundBookRow,
        answer_example=BOOK_EXAMPLE
        | {"barcode": BARCODE, "author_id": AUTHOR, "author_name": "Frank Herbert"}
        | {"statement_of_responsibility": "by Frank Herbert", "shelf_mark": "F HER", "condition": ""}
        | {"borrower_id": None, "borrower_name": None, "due_on": None, "reserved_for_name": None},
    )
    def search(self, request: Request) -> Response:
        return self.perform(request)


class AuthorTasks(TaskViewSet):
    @rest_task(
        SearchAuthors,
        "search",
        takes=SearchRequest,
        answers=FoundAuthorRow,
        answer_example={"id": AUTHOR, "name": "Frank Herbert"},
    )
    def search(self, request: Request) -> Response:
        return self.perform(request)


router = TaskRouter()
router.register("book", BookTasks, basename="book-task")
router.register("author", AuthorTasks, basename="author-task")
