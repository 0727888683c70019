"""What a scan at the desk means: a person, a book, or several of them to choose from."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Book
from catalog.models.codes import is_old_label, replaced_card, unknown_barcode
from catalog.policies import BarcodeKind, barcode_kind, canonical_isbn, is_isbn
from catalog.queries import SearchBooks
from catalog.queries.search_books import FoundBook
from circulation.queries import GetReservationsByUser, SearchUsers
from circulation.queries.search_users import FoundUser
from library_site.cqrs import Context, NotAllowed, dispatch
from library_site.cqrs.barcodes import barcode_key, is_numbered, looks_scanned
from library_site.cqrs.messages import MAX_PAGE_SIZE
from library_site.html.views import look_up

CHOICES = 9
"""How many there are to choose from at most: each has a digit for its key."""

LEND, RETURN = "lend", "return"
MODES = (LEND, RETURN)


class Scan(NamedTuple):
    """What was scanned or typed, at a desk that lends to `user_id` (None: to nobody yet) or takes back.

    `button` are the arguments of a button in the place of a text: which `task`, `person` or `book` it means. `why` is
    the reason given beside it.
    """

    typed: str = ""
    mode: str = LEND
    user_id: UUID | None = None
    button: dict[str, str] = {}  # never changed
    why: str = ""

    @property
    def begins_as_a_book(self) -> str:
        """How it begins, if it was read off a book, or typed off it: rightly or not quite, cut short or twice."""
        number = re.sub(r"[\s-]", "", self.typed)
        found = re.fullmatch(rf"({BarcodeKind.BOOK}|97[89])\d{{7,}}", number)
        return found[1] if found else ""

    @property
    def may_be_a_card(self) -> bool:
        """Whether it may have been meant as a library card that was misread: too short, or two of them at once."""
        return bool(re.search(r"\d", self.typed)) and not self.begins_as_a_book


@dataclass(frozen=True)
class Reading:
    """The people and books that are meant; if neither, what is wrong.

    `is_exact` is what a number has found, which letters have not; `is_card` a card that is no longer good.
    """

    people: list[FoundUser] = field(default_factory=list)
    books: list[FoundBook] = field(default_factory=list)
    problem: str = ""
    is_exact: bool = False
    is_card: bool = False

    @property
    def only(self) -> FoundUser | FoundBook | None:
        """What is meant, if there is no doubt."""
        found: list[FoundUser | FoundBook] = [*self.people, *self.books]
        return found[0] if len(found) == 1 else None

    @property
    def is_found(self) -> bool:
        """Whether somebody has this number, though it may be no longer good."""
        return self.only is not None or self.is_card


def read(scan: Scan, context: Context) -> Reading:
    """What a scanned or typed text means, as far as the actor may look people and books up."""
    return read_on(scan, context, read_code(scan, context))


def read_code(scan: Scan, context: Context) -> Reading:
    """What has the barcode that was scanned, first of the kind that is likelier; nothing, if it can be no barcode."""
    problems: list[str] = []
    for kind in _likely_kinds(scan) if barcode_key(scan.typed) else ():
        try:
            found = _with_barcode(kind, scan.typed, context)
        except NotAllowed as refusal:
            problems.append(refusal.message)
            continue
        if found.is_found:
            return found
    return Reading(problem=problems[0] if problems else unknown_barcode(scan.typed))


def read_on(scan: Scan, context: Context, code: Reading) -> Reading:
    """The same, once it is known what its barcode finds: an ISBN, or letters."""
    if code.is_found or is_numbered(scan.typed):
        return code
    try:
        found = _by_isbn(scan, context) if is_isbn(scan.typed) else _by_letters(scan.typed, scan, context)
    except NotAllowed as refusal:
        return Reading(problem=refusal.message)
    return code if found.problem and looks_scanned(scan.typed) and not is_isbn(scan.typed) else found


def _likely_kinds(scan: Scan) -> list[BarcodeKind]:
    """By the number, if this library has made it; else a book where somebody is at the desk, or books come back."""
    is_for_books = scan.mode == RETURN or scan.user_id is not None
    first = barcode_kind(scan.typed) or (BarcodeKind.BOOK if is_for_books else BarcodeKind.CARD)
    return sorted(BarcodeKind, key=lambda kind: kind != first)


def _with_barcode(kind: BarcodeKind, typed: str, context: Context) -> Reading:
    if kind is BarcodeKind.BOOK:
        return Reading(books=dispatch(SearchBooks(q=typed, is_barcode=True), context).rows, is_exact=True)
    people = dispatch(SearchUsers(q=typed, is_barcode=True), context).rows
    replaced = replaced_card(typed) if is_old_label(typed, people) else ""
    return Reading(problem=replaced, is_card=True) if replaced else Reading(people=people, is_exact=True)


def _by_letters(typed: str, scan: Scan, context: Context) -> Reading:
    is_barcode = False if barcode_key(typed) else None  # that was tried
    books = look_up(SearchBooks(q=typed, page_size=4 * CHOICES, is_barcode=is_barcode), context)
    is_for_people = scan.mode != RETURN
    people = look_up(SearchUsers(q=typed, page_size=CHOICES, is_barcode=is_barcode), context) if is_for_people else []
    if people or books:
        people = people[: CHOICES - 1 if books else CHOICES]
        return Reading(people, _likely_first(books, scan)[: CHOICES - len(people)])
    return Reading(problem=_("Nothing matches. Scan it, or type the first letters of words."))


def _by_isbn(scan: Scan, context: Context) -> Reading:
    isbn = canonical_isbn(scan.typed)
    if isbn is None:
        return Reading(problem=_("This ISBN was misread: its check digit is wrong. Scan it again."))
    copies = dispatch(SearchBooks(q=isbn, page_size=MAX_PAGE_SIZE), context).rows
    if not copies:
        return Reading(problem=_("The library has no book with this ISBN."))
    return Reading(books=_copy_meant(copies, scan, context), is_exact=True)


def _copy_meant(copies: list[FoundBook], scan: Scan, context: Context) -> list[FoundBook]:
    """The copy of a title that is meant: to lend, any that can be lent; to take back, one of those that are out."""
    if scan.mode == RETURN:
        return _with_status(copies, Book.Status.BORROWED, Book.Status.MISSING)[:CHOICES] or copies[:1]
    preferences: Iterable[Callable[[], list[FoundBook]]] = (
        lambda: _waiting_for(scan.user_id, _with_status(copies, Book.Status.ON_HOLD), context),
        lambda: _with_status(copies, Book.Status.AVAILABLE),
        lambda: [copy for copy in copies if copy.borrower_id and copy.borrower_id == scan.user_id],
    )
    return next((found for prefer in preferences if (found := prefer())), copies)[:1]


def _waiting_for(user_id: UUID | None, on_hold: list[FoundBook], context: Context) -> list[FoundBook]:
    if user_id is None or not on_hold:
        return []
    reserved = look_up(GetReservationsByUser(user_id=user_id, page_size=MAX_PAGE_SIZE), context)
    theirs = {row.waiting_book_id for row in reserved}
    return [copy for copy in on_hold if copy.id in theirs]


def _with_status(books: list[FoundBook], *statuses: str) -> list[FoundBook]:
    return [book for book in books if book.status in statuses]


def _likely_first(books: list[FoundBook], scan: Scan) -> list[FoundBook]:
    """First the books that the desk is likely to have in hand: those on loan, or those that are not."""
    return sorted(books, key=lambda book: (book.status == Book.Status.BORROWED) != (scan.mode == RETURN))


def person_with(user_id: UUID, context: Context) -> FoundUser | None:
    """The person with this id."""
    return next(iter(look_up(SearchUsers(q=str(user_id)), context)), None)


def book_with(book_id: UUID, context: Context) -> FoundBook | None:
    """The book with this id."""
    return next(iter(look_up(SearchBooks(q=str(book_id)), context)), None)
