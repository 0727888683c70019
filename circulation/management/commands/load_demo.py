"""The demonstration library, brought about by commands as its staff would. Adapter: it translates, nothing else."""

from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.commands import AddNewBook
from catalog.text import name_key
from circulation.commands import (
    BorrowBook,
    PlaceReservation,
    RegisterUser,
    ReportMissingBook,
    ReturnBook,
    SuspendUser,
    VerifyUser,
    WithdrawBook,
)
from circulation.management.demo_events import OPENED_DAYS_AGO, Event, Suspension, events
from circulation.management.demo_library import BOOKS, PEOPLE, SUSPENDED, WITHDRAWN, DemoBook, DemoPerson
from circulation.models import LibraryUser
from library_site.cqrs import Actor, Conflict, Context, DomainError, NotFound, dispatch
from library_site.cqrs.keys import is_key_used
from library_site.cqrs.messages import Command as Message

R = TypeVar("R")


class Command(BaseCommand):
    help = (
        "Makes the demonstration library: books, people, loans and reservations of the last weeks. Doing it twice "
        "changes nothing, whatever has happened to its books since; interrupted, it goes on where it was."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        demo = DemoLibrary()
        if demo.is_long_in_place:
            self.stdout.write("The demonstration library was loaded long ago. Nothing was done.")
            return
        try:
            demo.load()
        except DomainError as refusal:
            raise CommandError(f"The demonstration library cannot be loaded: {refusal.message}") from refusal
        for reason in demo.left_out:
            self.stderr.write(f"Left out: {reason}", self.style.WARNING)
        self.stdout.write(str(demo))


class DemoLibrary:
    """The library that is being loaded. Every step has an idempotency key, so that none is ever taken twice."""

    def __init__(self) -> None:
        self.now = timezone.localtime()  # so that days are those of the library's calendar
        self.books: list[UUID] = []
        self.people: dict[str, UUID] = {}
        self.left_out: list[str] = []
        self._left_out_copies: set[int] = set()
        self._steps = self._replayed = 0

    def __str__(self) -> str:
        return (
            f"The demonstration library is in place: {len(self.books)} books, {len(self.people)} people and their "
            f"loans, in {self._steps} steps, of which {self._steps - self._replayed} were new."
        )

    @property
    def is_long_in_place(self) -> bool:
        """Whether it was loaded so long ago that its keys are forgotten."""
        first = LibraryUser.objects.filter(email_key=name_key(PEOPLE[0].email))
        return first.exists() and not is_key_used(self._context("person:0", OPENED_DAYS_AGO))

    def load(self) -> None:
        """Take every step that has not been taken. Raises DomainError for a book or person that is refused.

        What people have done meanwhile may forbid a loan (after an interruption: they have lent the book); it is
        left out, with everything that would have happened to this copy later.
        """
        for number, book in enumerate(BOOKS):
            self.books.append(self._add(number, book))
        for number, person in enumerate(PEOPLE):
            self.people[person.known_by] = self._register(number, person)
        for event in events():
            if isinstance(event, Suspension):
                self._suspend(event)
            elif event.copy not in self._left_out_copies:
                self._play(event)

    def _add(self, number: int, book: DemoBook) -> UUID:
        command = AddNewBook(
            title=book.title,
            isbn=book.isbn,
            author_name=book.author or None,
            statement_of_responsibility=book.statement,
            shelf_mark=book.shelf_mark,
            condition=book.condition,
            barcode=book.barcode,
        )
        return self._dispatch(command, f"book:{number}", OPENED_DAYS_AGO).book_id

    def _register(self, number: int, person: DemoPerson) -> UUID:
        command = RegisterUser(
            name=person.name,
            email=person.email,
            birth_date=person.birth_date,
            barcode=person.card,
            note=person.note,
        )
        user_id = self._dispatch(command, f"person:{number}", OPENED_DAYS_AGO).user_id
        if person.verified:
            self._dispatch(VerifyUser(user_id=user_id), f"person:{number}:verify", OPENED_DAYS_AGO)
        return user_id

    def _play(self, event: Event) -> None:
        try:
            self._dispatch(self._command(event), event.key, event.days_ago)
        except (Conflict, NotFound) as refusal:
            self._left_out_copies.add(event.copy)
            self.left_out.append(refusal.message)

    def _command(self, event: Event) -> Message[Any]:
        book_id = self.books[event.copy]
        if event.person:
            user_id = self.people[event.person]
            if event.what == "reserve":
                return PlaceReservation(book_id=book_id, user_id=user_id)
            return BorrowBook(book_id=book_id, user_id=user_id)
        if event.what == "withdraw":
            return WithdrawBook(book_id=book_id, reason=WITHDRAWN.reason)
        return ReturnBook(book_id=book_id) if event.what == "return" else ReportMissingBook(book_id=book_id)

    def _suspend(self, event: Suspension) -> None:
        """Its last day is reckoned from now: on another day it would be another command."""
        if is_key_used(self._context(event.key, event.days_ago)):
            self._steps += 1
            self._count_replay()
            return
        until = self.now.date() + timedelta(days=SUSPENDED.days_left)
        command = SuspendUser(user_id=self.people[SUSPENDED.person], reason=SUSPENDED.reason, until=until)
        try:
            self._dispatch(command, event.key, event.days_ago)
        except (Conflict, NotFound) as refusal:
            self.left_out.append(refusal.message)

    def _dispatch(self, command: Message[R], key: str, days_ago: int) -> R:
        self._steps += 1
        return dispatch(command, self._context(key, days_ago))

    def _context(self, key: str, days_ago: int) -> Context:
        return Context(
            actor=Actor.system("cli"),
            source="cli",
            now=self.now - timedelta(days=days_ago),
            idempotency_key=f"demo:{key}",
            on_replay=self._count_replay,
        )

    def _count_replay(self) -> None:
        self._replayed += 1
