"""Functions get their settings from the Parameter Store."""

import subprocess
import sys

import pytest

from .aws import ROOT, Aws

SHARED = """
# what all functions have
SECRET_KEY="a key with = and spaces"
ALLOWED_HOSTS=library.example.org
"""
COMMANDS = "DATABASE_URL=postgres://library_commands:pass@db.example.org:5432/library?sslmode=require"
READER = COMMANDS.replace("commands", "reader")


@pytest.fixture
def dispatchers(aws: Aws) -> Aws:
    aws.deploy_topology("dispatchers")
    return aws


def put(aws: Aws, name: str, value: str) -> None:
    aws.client("ssm").put_parameter(Name=f"/library/{name}", Value=value, Type="SecureString", Overwrite=True)


def configure(aws: Aws, *stages: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy", "configure", *stages]
    return subprocess.run(
        command, cwd=ROOT, env=aws.environment, capture_output=True, text=True, check=False, timeout=60
    )


def environment(aws: Aws, function: str) -> dict[str, str]:
    configuration = aws.client("lambda").get_function_configuration(FunctionName=function)
    variables: dict[str, str] = configuration["Environment"]["Variables"]
    return variables


def test_a_function_has_what_all_have_and_what_its_database_role_has(dispatchers: Aws) -> None:
    for name, value in {"shared": SHARED, "commands": COMMANDS, "reader": READER}.items():
        put(dispatchers, name, value)

    ran = configure(dispatchers, "commands", "queries")

    assert ran.returncode == 0, ran.stderr
    assert "library-queries: ALLOWED_HOSTS, DATABASE_URL, LIBRARY_OPERATIONS, SECRET_KEY" in ran.stdout
    assert "a key" not in ran.stdout + ran.stderr
    shared = {"SECRET_KEY": "a key with = and spaces", "ALLOWED_HOSTS": "library.example.org"}
    assert environment(dispatchers, "library-commands") == shared | {
        "LIBRARY_OPERATIONS": "commands",
        "DATABASE_URL": COMMANDS.removeprefix("DATABASE_URL="),
    }
    assert environment(dispatchers, "library-queries") == shared | {
        "LIBRARY_OPERATIONS": "queries",
        "DATABASE_URL": READER.removeprefix("DATABASE_URL="),
    }
    assert environment(dispatchers, "library-production") == {"LIBRARY_OPERATIONS": "*"}


def test_what_is_taken_out_of_the_store_is_gone_from_the_function_and_from_every_version(dispatchers: Aws) -> None:
    """But what a function serves is decided by its stage."""
    functions = dispatchers.client("lambda")
    for value in (SHARED + "TIME_ZONE=Europe/Berlin", SHARED + "LIBRARY_OPERATIONS=*"):
        put(dispatchers, "shared", value)
        put(dispatchers, "reader", READER)
        assert configure(dispatchers, "queries").returncode == 0
        functions.publish_version(FunctionName="library-queries")
    assert configure(dispatchers, "queries").returncode == 0

    left = environment(dispatchers, "library-queries")
    assert left.keys() == {"LIBRARY_OPERATIONS", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS"}
    assert left["LIBRARY_OPERATIONS"] == "queries"
    versions = functions.list_versions_by_function(FunctionName="library-queries")["Versions"]
    assert [each["Version"] for each in versions] == ["$LATEST"]


def test_without_its_parameter_a_function_stays_as_it_is(dispatchers: Aws) -> None:
    put(dispatchers, "shared", SHARED)

    ran = configure(dispatchers, "queries")

    assert ran.returncode == 1
    assert "There is no parameter /library/reader: see docs/deploying.md" in ran.stderr
    assert environment(dispatchers, "library-queries") == {"LIBRARY_OPERATIONS": "queries"}


@pytest.mark.parametrize(
    ("shared", "message"),
    [
        ("ALLOWED_HOSTS=x.org", "/library/shared and /library/reader lack SECRET_KEY."),
        ("SECRET_KEY=\nALLOWED_HOSTS=x.org", "lack SECRET_KEY."),
        ("SECRET_KEY=x\nALLOWED_HOSTS=….amazonaws.com", "lack ALLOWED_HOSTS."),
        ("SECRET_KEY=x\nTIME_ZONE Europe/Berlin\nALLOWED_HOSTS=x.org", "Line 2 of /library/shared is not of the form"),
    ],
)
def test_settings_that_would_not_do_are_refused(dispatchers: Aws, shared: str, message: str) -> None:
    put(dispatchers, "shared", shared)
    put(dispatchers, "reader", READER)

    ran = configure(dispatchers, "queries")

    assert ran.returncode == 1
    assert message in ran.stderr
    assert environment(dispatchers, "library-queries") == {"LIBRARY_OPERATIONS": "queries"}


def test_a_function_that_is_not_deployed_yet_is_named(aws: Aws) -> None:
    put(aws, "shared", SHARED)
    put(aws, "reader", READER)

    ran = configure(aws, "queries")

    assert ran.returncode == 1
    assert "ResourceNotFoundException" in ran.stderr or "Function not found" in ran.stderr
    assert "Traceback" not in ran.stderr
