"""Zappa's own commands against moto: what they leave on AWS, for they say that all is well after failures too."""

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from slugify import slugify
from zappa.cli import ZappaCLI

from deploy.lambda_runtime import RUNTIME
from deploy.topologies import ALIAS

from .aws import ROOT, Aws, name_of, stages_of, zappa_settings

KINDS = [
    ("production", "monolith"),
    ("commands", "dispatchers"),
    ("queries", "dispatchers"),
    ("borrow_book", "extracted"),
    ("maintenance", "monolith"),
]


@pytest.fixture
def newer_zip(zip_path: Path, tmp_path: Path) -> Path:
    """The zip of a later day."""
    newer = copyfile(zip_path, tmp_path / "library.zip")
    with zipfile.ZipFile(newer, "a") as file:
        file.writestr("news.txt", "later")
    return newer


@pytest.fixture
def stages(tmp_path: Path) -> Path:
    """The stages, of the runtime that the zip is for."""
    settings = {name: stage | {"runtime": RUNTIME} for name, stage in zappa_settings().items()}
    file = tmp_path / "zappa_settings.json"
    file.write_text(json.dumps(settings))
    return file


def run(aws: Aws, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("zappa"), *arguments],
        cwd=ROOT,
        env=aws.environment | {"PYTHONUTF8": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def zappa(aws: Aws, *arguments: str | Path) -> None:
    ran = run(aws, *arguments)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def function(aws: Aws, stage: str) -> dict[str, Any]:
    """What AWS knows of the stage's function that its settings, or the zip, decide."""
    made = aws.client("lambda").get_function_configuration(FunctionName=name_of(stage))
    decided = "Runtime", "Handler", "Timeout", "MemorySize", "Description", "Role", "Environment", "CodeSha256"
    return {name: made[name] for name in decided}


def expected(stage: str, package: Path, **variables: str) -> dict[str, Any]:
    settings = zappa_settings()[stage]
    return {
        "Runtime": RUNTIME,
        "Handler": settings["lambda_handler"],
        "Timeout": settings["timeout_seconds"],
        "MemorySize": settings["memory_size"],
        "Description": settings["lambda_description"],
        "Role": f"arn:aws:iam::123456789012:role/{settings['role_name']}",
        "Environment": {"Variables": settings["aws_environment_variables"] | variables},
        "CodeSha256": base64.b64encode(hashlib.sha256(package.read_bytes()).digest()).decode(),
    }


def connections(aws: Aws, stage: str) -> Any:
    """All that leads to the stage's function: who may invoke it, the queues it reads, the clock's rules, the API."""
    name, live = name_of(stage), f"{name_of(stage)}:{ALIAS}"
    arn = aws.client("lambda").get_alias(FunctionName=name, Name=ALIAS)["AliasArn"]
    return (
        aws.policy(live),
        aws.client("lambda").list_event_source_mappings(FunctionName=live)["EventSourceMappings"],
        aws.client("events").list_rule_names_by_target(TargetArn=arn)["RuleNames"],
        [each for each in aws.gateway().integrations.values() if each["IntegrationUri"] == arn],
    )


def give_secret(aws: Aws, stage: str) -> None:
    """A variable that the function has and its settings have not."""
    variables = function(aws, stage)["Environment"]["Variables"] | {"SECRET_KEY": "kept"}
    name = name_of(stage)
    aws.client("lambda").update_function_configuration(FunctionName=name, Environment={"Variables": variables})


@pytest.mark.parametrize(("stage", "topology"), KINDS)
def test_the_life_of_a_function(
    aws: Aws, stage: str, topology: str, zip_path: Path, newer_zip: Path, stages: Path
) -> None:
    aws.step(topology, "prepare")

    zappa(aws, "deploy", stage, "-z", zip_path, "-s", stages)

    assert function(aws, stage) == expected(stage, zip_path)

    aws.deploy_topology(topology)  # with stand-ins for the other functions
    give_secret(aws, stage)
    before = connections(aws, stage)
    assert any(before), "something leads to it"
    zappa(aws, "update", stage, "-z", newer_zip, "-s", stages)

    assert function(aws, stage) == expected(stage, newer_zip, SECRET_KEY="kept")
    assert connections(aws, stage) == before

    aws.step(topology, "prepare")
    zappa(aws, "undeploy", "-y", stage)

    there = {each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]}
    others = {name_of(each) for each in stages_of(topology) if each != stage}
    assert there == others


def test_a_zip_of_another_python_goes_nowhere(aws: Aws, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "older.zip", "w") as file:
        file.writestr("library_site/__pycache__/wsgi.cpython-310.pyc", "")

    ran = run(aws, "deploy", "production", "-z", tmp_path / "older.zip")

    assert ran.returncode == 1
    assert "older.zip is for python3.10, and zappa_settings.json says python3" in ran.stderr
    assert aws.client("lambda").list_functions()["Functions"] == []


@pytest.mark.parametrize("stage", [name for name in zappa_settings() if name != "base"])
def test_zappa_understands_the_stage_as_we_do(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    cli = ZappaCLI()
    cli.load_credentials = False
    cli.api_stage = stage

    cli.load_settings()

    settings = zappa_settings()[stage]
    assert cli.stage_config == settings
    assert (cli.lambda_name, cli.zappa.role_name) == (name_of(stage), settings["role_name"])
    assert cli.lambda_name == slugify(f"{settings['project_name']}-{stage}")
    assert (cli.lambda_handler, cli.timeout_seconds) == (settings["lambda_handler"], settings["timeout_seconds"])
    assert cli.aws_environment_variables == settings["aws_environment_variables"]
    assert not any([cli.use_apigateway, cli.use_websocket, cli.use_function_url, cli.use_alb, cli.manage_roles])
