"""Any command or query from the shell: `manage.py dispatch BorrowBook book_id=... user_id=...`."""

import json
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from library_site.cqrs import Actor, Context, DomainError, dispatch
from library_site.cqrs.answers import DATABASE_OUTAGES, UNAVAILABLE, plain, problem_of
from library_site.cqrs.arguments import UnknownArgument, message_from
from library_site.cqrs.operations import RegisteredOperation, all_operations, operation_named
from library_site.cqrs.validation import each_key_once


class Command(BaseCommand):
    help = (
        "Carries out one operation and prints its answer as JSON. A refusal is a JSON problem on standard error "
        "and exit status 1, as is a database that does not answer; a usage error has exit status 2."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = ", ".join(operation.name for operation in all_operations())
        parser.add_argument("operation", metavar="OPERATION", help=f"One of {names}.")
        parser.add_argument("arguments", metavar="field=value", nargs="*", help="The fields of the message.")
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="Act as this user, not as the system.")
        parser.add_argument("--key", metavar="KEY", help="An idempotency key: repeated, it is carried out once.")

    def handle(self, *args: Any, **options: Any) -> None:
        operation = _operation(options["operation"])
        actor = _actor(options["username"])
        try:
            arguments = each_key_once([_split(argument) for argument in options["arguments"]])
            context = Context(actor=actor, source="cli", idempotency_key=options["key"])
            answer = dispatch(message_from(operation, arguments), context)
        except UnknownArgument as error:
            raise CommandError(str(error), returncode=2) from error
        except DomainError as refusal:
            self._refuse(problem_of(refusal))
        except DATABASE_OUTAGES:
            self._refuse(UNAVAILABLE | {"detail": str(UNAVAILABLE["detail"])})
        self.stdout.write(json.dumps(plain(answer), ensure_ascii=False))

    def _refuse(self, problem: dict[str, Any]) -> NoReturn:
        self.stderr.write(json.dumps(problem, ensure_ascii=False), self.style.NOTICE)
        raise SystemExit(1)


def _operation(name: str) -> RegisteredOperation:
    operation = operation_named(name)
    if operation is None:
        names = ", ".join(each.name for each in all_operations())
        raise CommandError(f"There is no operation {name!r}. There are: {names}.", returncode=2)
    return operation


def _split(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals:
        raise CommandError(f"{argument!r} is not of the form field=value.", returncode=2)
    return name, value


def _actor(username: str | None) -> Actor:
    if username is None:
        return Actor.system("cli")
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no staff account {username!r}.", returncode=2)
    return Actor.of_user(user)
