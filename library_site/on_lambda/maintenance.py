"""The entry point of the maintenance function, which alone connects as the database's owner.

Its events are Zappa's: {"manage": "migrate --plan"} (`zappa manage maintenance migrate`). It serves no request and
no operation, and of management commands only those that an operator needs.
"""

import io
import shlex
from contextlib import redirect_stdout
from typing import Any

from django.core.management import CommandError, call_command

from .invocation import entry_point
from .request_log import Refusal, logged

COMMANDS = {
    "check",
    "check_journal",
    "check_release",
    "clear_idempotency_keys",
    "clearsessions",
    "create_api_token",
    "create_database_roles",
    "createsuperuser",
    "forget_failed_sign_ins",
    "migrate",
    "showmigrations",
}


class NotAllowed(Refusal):
    """The event asks for something else than a management command from the list."""

    code = "not_allowed"


class Failed(Refusal, CommandError):
    """The command says why."""

    code = "failed"


@entry_point
def handler(event: Any, context: Any) -> str:
    """What Lambda calls; the answer is what the command printed, which the log doesn't keep (it may be a token)."""
    with logged("maintenance") as said:
        words = _words(event)
        said["command"] = words[0]
        printed = io.StringIO()
        try:
            with redirect_stdout(printed):  # for `--help`, and for commands that print
                call_command(*words, stdout=printed, stderr=printed, no_color=True)
        except CommandError as error:
            raise Failed(str(error)) from error
        except SystemExit as exit_:  # `migrate --check` says so; it would end the function's process
            raise Failed(f"{words[0]}: exit status {exit_.code}. {printed.getvalue()}") from exit_
        return printed.getvalue()


def _words(event: Any) -> list[str]:
    asked = event.get("manage") if isinstance(event, dict) and set(event) == {"manage"} else None
    words = shlex.split(asked) if isinstance(asked, str) else []
    if not words or words[0] not in COMMANDS:
        raise NotAllowed(f'The event must be {{"manage": COMMAND}}, and COMMAND one of {", ".join(sorted(COMMANDS))}.')
    return words
