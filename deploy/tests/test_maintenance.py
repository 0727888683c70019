"""The maintenance function of the package does what is on its list, and nothing else."""

import pytest

from deploy.tests.events import REFUSED, recorded
from deploy.tests.runtime import FunctionError
from library_site.on_lambda import maintenance

NOT_MAINTENANCE = [
    {"manage": "flush --no-input"},
    {"manage": "shell -c 'print(1)'"},
    {"manage": "dbshell"},
    {"manage": "runserver"},
    {"manage": "loaddata x"},
    {"manage": "sqlflush"},
    {"manage": "dispatch RegisterUser name=x email=x@x.org"},
    {"manage": "load_demo"},
    {"manage": "import_books /etc/passwd"},
    {"manage": "create_demo_staff"},
    {"manage": "changepassword staff"},
    {"manage": "--version"},
    {"manage": "../migrate"},
    {"manage": ""},
    {"manage": " "},
    {"manage": ["migrate"]},
    {"manage": None},
    {"manage": "migrate", "as": "root"},
    {"raw_command": "print(1)"},
    {"command": "os.getcwd"},
    {"operation": "RegisterUser", "arguments": {"name": "x", "email": "x@x.org"}},
    recorded("http_api"),
    recorded("queue"),
    recorded("bus"),
    *(recorded(f"refused/{name}") for name in REFUSED if name != "manage"),
]


@pytest.mark.parametrize("event", NOT_MAINTENANCE, ids=range(len(NOT_MAINTENANCE)))
def test_maintenance_does_what_is_on_its_list_and_nothing_else(library, event) -> None:
    before = library.done()
    with pytest.raises(FunctionError) as refused:
        library.maintenance.invoke(event)
    assert refused.value.kind == "NotAllowed"
    assert library.done() == before


def test_what_is_on_the_list_of_maintenance(library) -> None:
    assert "no issues" in library.manage("check --deploy --fail-level WARNING")
    assert "No migrations to apply" in library.manage("migrate")
    assert "[ ]" not in library.manage("showmigrations")
    assert library.manage("clearsessions") == ""
    assert {"createsuperuser", "create_api_token", "create_database_roles"} <= maintenance.COMMANDS


@pytest.mark.parametrize("command", ["migrate --help", "migrate --no-such-option", "migrate nowhere", "check x", "'"])
def test_a_command_that_fails_does_so_loudly_and_does_not_end_the_process(library, command) -> None:
    library.manage("clearsessions")
    pid = library.maintenance.pid

    with pytest.raises(FunctionError):
        library.manage(command)

    assert library.maintenance.pid == pid
