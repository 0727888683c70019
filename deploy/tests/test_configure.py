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
WRITER = "DATABASE_URL=postgres://library_writer:pass@db.example.org:5432/library?sslmode=require"
READER = WRITER.replace("writer", "reader")


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
    for name, value in {"shared": SHARED, "writer": WRITER, "reader": READER}.items():
        put(dispatchers, name, value)

    ran = configure(dispatchers, "commands", "queries")

    assert ran.returncode == 0, ran.stderr
    assert "library-queries: ALLOWED_HOSTS, DATABASE_URL, LIBRARY_OPERATIONS, SECRET_KEY" in ran.stdout
    assert "a key" not in ran.stdout + ran.stderr
    shared = {"SECRET_KEY": "a key with = and spaces", "ALLOWED_HOSTS": "library.example.org"}
    assert environment(dispatchers, "library-commands") == shared | {
        "LIBRARY_OPERATIONS": "commands",
        "DATABASE_URL": WRITER.removeprefix("DATABASE_URL="),
    }
    assert environment(dispatchers, "library-queries") == shared | {
        "LIBRARY_OPERATIONS": "queries",
        "DATABASE_URL": READER.removeprefix("DATABASE_URL="),
    }
    assert environment(dispatchers, "library-production") == {"LIBRARY_OPERATIONS": "*"}


def test_what_is_taken_out_of_the_store_is_gone_from_the_function(dispatchers: Aws) -> None:
    for value in (SHARED, SHARED.replace("ALLOWED_HOSTS", "TIME_ZONE")):
        put(dispatchers, "shared", value)
        put(dispatchers, "reader", READER)
        assert configure(dispatchers, "queries").returncode == 0

    assert environment(dispatchers, "library-queries").keys() == {
        "LIBRARY_OPERATIONS",
        "DATABASE_URL",
        "SECRET_KEY",
        "TIME_ZONE",
    }


def test_without_its_parameter_a_function_stays_as_it_is(dispatchers: Aws) -> None:
    put(dispatchers, "shared", SHARED)

    ran = configure(dispatchers, "queries")

    assert ran.returncode == 1
    assert "There is no parameter /library/reader: see docs/deploying.md" in ran.stderr
    assert environment(dispatchers, "library-queries") == {"LIBRARY_OPERATIONS": "queries"}


def test_a_stage_that_is_not_there_is_a_usage_error(aws: Aws) -> None:
    ran = configure(aws, "base")

    assert ran.returncode == 2
    assert "invalid choice: 'base'" in ran.stderr
