"""Functions get their settings from the Parameter Store."""

import pytest

from deploy.generated import functions

from .aws import Aws
from .shell import SHARED, Operator, database_of

COMMANDS, READER = (database_of(functions()[stage][0].database_role) for stage in ("commands", "queries"))


@pytest.fixture
def dispatchers(operator: Operator) -> Operator:
    operator.aws.deploy_topology("dispatchers")
    return operator


def environment(aws: Aws, function: str) -> dict[str, str]:
    configuration = aws.client("lambda").get_function_configuration(FunctionName=function)
    variables: dict[str, str] = configuration["Environment"]["Variables"]
    return variables


def test_a_function_has_what_all_have_and_what_its_database_role_has(
    dispatchers: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatchers.deploy("configure", "commands", "queries") == 0

    said = capsys.readouterr().out
    assert "library-queries: ALLOWED_HOSTS, DATABASE_URL, LIBRARY_OPERATIONS, SECRET_KEY; version " in said
    assert "a key" not in said
    shared = {"SECRET_KEY": "a key with = and spaces", "ALLOWED_HOSTS": "library.example.org"}
    assert environment(dispatchers.aws, "library-commands") == shared | {
        "LIBRARY_OPERATIONS": "commands",
        "DATABASE_URL": COMMANDS,
    }
    assert environment(dispatchers.aws, "library-queries") == shared | {
        "LIBRARY_OPERATIONS": "queries",
        "DATABASE_URL": READER,
    }
    assert environment(dispatchers.aws, "library-production") == {"LIBRARY_OPERATIONS": "*"}


def test_what_is_taken_out_of_the_store_is_gone_from_the_function(dispatchers: Operator) -> None:
    """But what a function serves is decided by its stage."""
    for more in ("\nTIME_ZONE=Europe/Berlin", "\nLIBRARY_OPERATIONS=*"):
        dispatchers.put("shared", SHARED + more)
        assert dispatchers.deploy("configure", "queries") == 0

    left = environment(dispatchers.aws, "library-queries:live")
    assert left.keys() == {"LIBRARY_OPERATIONS", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS"}
    assert left["LIBRARY_OPERATIONS"] == "queries"


def test_what_must_not_be_known_any_more_is_in_no_version(dispatchers: Operator) -> None:
    dispatchers.put("shared", f"{SHARED}\nDJANGO_SUPERUSER_PASSWORD=for-a-moment")
    assert dispatchers.deploy("configure", "queries") == 0
    dispatchers.put("shared", SHARED)

    assert dispatchers.deploy("configure", "queries", "--forget") == 0

    kept = dispatchers.aws.client("lambda").list_versions_by_function(FunctionName="library-queries")["Versions"]
    assert len(kept) == 2, "$LATEST, and what serves"
    assert "for-a-moment" not in str(kept)


def test_without_its_parameter_a_function_stays_as_it_is(dispatchers: Operator) -> None:
    dispatchers.aws.client("ssm").delete_parameter(Name="/library/reader")

    said = dispatchers.deploy("configure", "queries")

    assert str(said).startswith("There is no parameter /library/reader: see docs/deploying.md")
    assert environment(dispatchers.aws, "library-queries") == {"LIBRARY_OPERATIONS": "queries"}


@pytest.mark.parametrize(
    ("shared", "message"),
    [
        (f"{SHARED}\nDATABASE_URL=postgres://library_reader:@:5432/library", "DATABASE_URL has no host."),
        (f"{SHARED}\nREPLICA_DATABASE_URL=postgres://r:@db.example.org/library", "URL has an empty password."),
        ("ALLOWED_HOSTS=x.org", "/library/shared and /library/reader lack SECRET_KEY."),
        ("SECRET_KEY=\nALLOWED_HOSTS=x.org", "lack SECRET_KEY."),
        ("SECRET_KEY=x\nALLOWED_HOSTS=….amazonaws.com", "lack ALLOWED_HOSTS."),
        ("SECRET_KEY=x\nTIME_ZONE Europe/Berlin\nALLOWED_HOSTS=x.org", "Line 2 of /library/shared is not of the form"),
    ],
)
def test_settings_that_would_not_do_are_refused(dispatchers: Operator, shared: str, message: str) -> None:
    dispatchers.put("shared", shared)
    dispatchers.put("reader", f"DATABASE_URL={READER}" if "\nDATABASE_URL" not in shared else "# where shared says")

    assert message in str(dispatchers.deploy("configure", "queries"))

    assert environment(dispatchers.aws, "library-queries") == {"LIBRARY_OPERATIONS": "queries"}


def test_a_function_that_is_not_deployed_yet_is_named(operator: Operator) -> None:
    assert "library-queries" in str(operator.deploy("configure", "queries"))
