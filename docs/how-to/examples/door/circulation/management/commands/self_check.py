"""Self-check machines: checkout and checkin of SIP2, a line on standard input, its answer on standard output."""

import sys
from argparse import ArgumentParser
from hashlib import sha256
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from circulation.commands import BorrowBook, ReturnBook
from circulation.queries import GetBookFile
from library_site.cqrs import Actor, Context, DomainError, dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.operations import operation_of

FIXED = {"11": 40, "09": 39}
"""Of each message: how long its part is that stands before the fields."""

RESEND = "96"
"""What is said to a line that is none of these messages."""

Fields = dict[str, str]


class Command(BaseCommand):
    help = "Answers checkouts (11) and checkins (09) of SIP2 on standard input, a line each, until it ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="username", required=True, help="The staff account of the machine.")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no staff account {username!r}.")
        for line in sys.stdin:
            self.stdout.write(answer_to(line.strip(), Actor.of_user(user)), ending="\r\n")
            self.stdout.flush()


def answer_to(line: str, actor: Actor) -> str:
    """A message that is sent again, since no answer came, is the same line with the same time: it is done once."""
    fixed = FIXED.get(line[:2])
    if fixed is None:
        return RESEND
    fields = {part[:2]: part[2:] for part in line[fixed:].split("|")}
    context = Context(actor=actor, source="cli", idempotency_key=sha256(line.encode()).hexdigest())
    return (checkout if line.startswith("11") else checkin)(fields, context)


def checkout(fields: Fields, context: Context) -> str:
    asked = {"book_id": fields.get("AB", ""), "user_id": fields.get("AA", "")}
    try:
        lent = dispatch(message_from(operation_of(BorrowBook), asked), context)
    except DomainError as refusal:
        return said("120NUN", fields, "AO AA AB", AJ="", AH="", AF=refusal.message)
    return said("121NUY", fields, "AO AA AB", AJ=title_of(lent.book_id, context), AH=f"{lent.due_on:%Y%m%d}")


def checkin(fields: Fields, context: Context) -> str:
    try:
        back = dispatch(message_from(operation_of(ReturnBook), {"book_id": fields.get("AB", "")}), context)
    except DomainError as refusal:
        return said("100NUN", fields, "AO AB", AQ="", AJ="", AF=refusal.message)
    alert, kind = ("Y", {"CV": "01"}) if back.reserved_for_user_id else ("N", {})
    return said(f"101YU{alert}", fields, "AO AB", AQ="", AJ=title_of(back.book_id, context), **kind)


def title_of(book_id: Any, context: Context) -> str:
    return dispatch(GetBookFile(book_id=book_id), context).rows[0].title


def said(begin: str, fields: Fields, same: str, **others: str) -> str:
    """The answer: its fixed part with the time, the fields of the message that it repeats, and its own."""
    parts = {name: fields.get(name, "") for name in same.split()} | others
    return f"{begin}{timezone.localtime():%Y%m%d    %H%M%S}" + "".join(f"{k}{v}|" for k, v in parts.items())
