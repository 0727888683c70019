"""The maintenance function: a short list of management commands, and nothing else."""

from typing import Any

import pytest
from django.core.management import CommandError, get_commands
from django.db import connection

from library_site.on_lambda import maintenance

from .events import HTTP, LambdaContext, ask, bus, queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_connections")]


def manage(words: str) -> str:
    return maintenance.handler({"manage": words}, LambdaContext())


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The commands that were called, none of which does anything."""
    called: list[Any] = []
    monkeypatch.setattr(maintenance, "call_command", lambda *words, **options: called.append(words))
    return called


def test_what_is_allowed_exists() -> None:
    assert get_commands().keys() >= maintenance.COMMANDS


@pytest.mark.parametrize("name", sorted(maintenance.COMMANDS))
def test_what_is_allowed_is_called_with_its_arguments(called: list[Any], name: str) -> None:
    manage(f"{name} --first 'two words'")

    assert called == [(name, "--first", "two words")]


def test_the_answer_is_what_the_command_printed() -> None:
    assert manage("check").startswith("System check identified no issues")
    assert "[X] 0001_initial" in manage("showmigrations catalog")


@pytest.mark.parametrize("words", ["create_api_token nobody", "migrate no_such_app", "clearsessions --no-such-option"])
def test_what_the_command_refuses_fails(words: str) -> None:
    with pytest.raises(CommandError):
        manage(words)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL has roles.")
def test_a_database_without_roles_is_refused() -> None:
    with pytest.raises(CommandError, match=r"^Only PostgreSQL has roles\.$"):
        manage("create_database_roles")


def test_a_command_that_ends_the_process_ends_the_invocation_only() -> None:
    with pytest.raises(CommandError, match=r"^migrate: exit status 0\. usage: "):
        manage("migrate --help")


REFUSED: dict[str, Any] = {
    **{
        f"the command {words!r}": {"manage": words}
        for words in [
            "", " ", "flush --no-input", "shell", "dbshell", "dispatch ReturnBook", "loaddata x", "check; flush",
            "MIGRATE", "--version", "django.core.management.commands.check",
        ]
    },
    **{f"{value!r} for a command": {"manage": value} for value in (None, 5, ["migrate"], {"migrate": 1}, b"migrate")},
    "more than a command": {"manage": "migrate", "operation": "ReturnBook"},
    "Zappa's function": {"command": "os.system"},
    "Zappa's Python": {"raw_command": "print(1)"},
    "an operation": ask("GetMissingBooks"),
    "a queue": queue(ask("GetMissingBooks")),
    "the bus": bus({"manage": "migrate"}),
    "nothing": None,
    "a list": ["manage"],
    "a text": "manage",
    **{f"a request ({name})": make("/admin/") for name, make in HTTP.items()},
}  # fmt: skip


@pytest.mark.parametrize("event", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused_and_nothing_is_called(called: list[Any], event: Any) -> None:
    with pytest.raises(maintenance.NotAllowed, match=r"must be \{\"manage\": COMMAND\}, and COMMAND one of check, "):
        maintenance.handler(event, LambdaContext())

    assert called == []


def test_a_command_that_is_no_command_line_is_refused_too(called: list[Any]) -> None:
    with pytest.raises(ValueError, match="No closing quotation"):
        manage("migrate '")

    assert called == []
