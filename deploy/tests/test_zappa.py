"""Zappa's commands, a row of docs/deploying.md's table each: what they leave on AWS, or what they say instead."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from slugify import slugify
from zappa.cli import ZappaCLI

from deploy.functions.releases import code_of
from deploy.generated import functions
from deploy.lambda_runtime import RUNTIME
from deploy.topologies import ALIAS

from .aws import ROOT, Aws, name_of, stages_of, zappa_settings
from .shell import Operator, database_of

pytestmark = pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning")  # how Zappa loads callbacks

KINDS = [
    ("production", "monolith"),
    *(
        pytest.param(*each, marks=pytest.mark.soak)
        for each in (("borrow_book", "extracted"), ("maintenance", "monolith"))
    ),
]


def function(aws: Aws, stage: str, qualifier: str = "$LATEST") -> dict[str, Any]:
    """What AWS knows of the stage's function that its settings, or the zip, decide."""
    made = aws.client("lambda").get_function_configuration(FunctionName=name_of(stage), Qualifier=qualifier)
    decided = "Runtime", "Handler", "Timeout", "MemorySize", "Role", "Environment", "CodeSha256"
    return {name: made[name] for name in decided}


def expected(stage: str, package: Path) -> dict[str, Any]:
    settings = zappa_settings()[stage]
    own = {
        "SECRET_KEY": "a key with = and spaces",
        "ALLOWED_HOSTS": "library.example.org",
        "DATABASE_URL": database_of(functions()[stage][0].database_role),
    }
    return {
        "Runtime": RUNTIME,
        "Handler": settings["lambda_handler"],
        "Timeout": settings["timeout_seconds"],
        "MemorySize": settings["memory_size"],
        "Role": f"arn:aws:iam::123456789012:role/{settings['role_name']}",
        "Environment": {"Variables": settings["aws_environment_variables"] | own},
        "CodeSha256": code_of(package),
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


@pytest.mark.long
@pytest.mark.parametrize(("stage", "topology"), KINDS)
def test_deploy_update_and_undeploy(operator: Operator, stage: str, topology: str) -> None:
    """With its environment, by the alias, and without harm to what leads to the function."""
    aws, first, second = operator.aws, operator.zip("0.1.0"), operator.zip("0.2.0")
    aws.step(topology, "prepare")

    assert operator.zappa("deploy", stage, "-z", first) == 0
    assert function(aws, stage) == function(aws, stage, ALIAS) == expected(stage, first)

    aws.deploy_topology(topology)  # with stand-ins for the other functions
    arn = aws.client("lambda").get_alias(FunctionName=name_of(stage), Name=ALIAS)["AliasArn"]
    aws.client("events").put_rule(Name="by-hand", ScheduleExpression="rate(1 day)")
    aws.client("events").put_targets(Rule="by-hand", Targets=[{"Id": "live", "Arn": arn}])
    before = connections(aws, stage)
    assert any(before), "something leads to it"
    assert operator.zappa("update", stage, "-z", second) == 0
    assert function(aws, stage) == function(aws, stage, ALIAS) == expected(stage, second)
    assert connections(aws, stage) == before

    aws.step(topology, "prepare")
    assert operator.zappa("undeploy", "-y", stage) == 0
    there = {each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]}
    assert there == {name_of(each) for each in stages_of(topology) if each != stage}
    assert aws.client("events").list_targets_by_rule(Rule="by-hand")["Targets"], "the clock's rules are the template's"


def test_a_zip_of_another_python_goes_nowhere(operator: Operator) -> None:
    said = operator.zappa("deploy", "production", "-z", operator.zip("0.1.0", python="310"))

    assert str(said).startswith("0.1.0.zip is for python3.10, and zappa_settings.json says python3")
    assert operator.aws.client("lambda").list_functions()["Functions"] == []


def test_what_can_not_be_configured_fails(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    operator.aws.step("monolith", "prepare")
    operator.put("shared", "ALLOWED_HOSTS=x.org")

    said = operator.zappa("deploy", "production", "-z", operator.zip("0.1.0"))

    assert str(said).endswith("lack SECRET_KEY.")
    assert "Deployment complete" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["deploy", "--all"], "each function by its stage"),
        (["deploy", "base"], "each function by its stage"),
        (["update", "production", "-d", "image"], "the functions are made of a zip"),
        (["update", "production", "-n", "x"], "python -m deploy configure production"),
        (["update", "production", "-z", "s3://zips/library.zip"], "There is no file s3://zips/library.zip"),
        (["invoke", "production", "print()", "--raw"], "no Python"),
        (["rollback", "production", "-n", "2"], "two versions are kept"),
        (["schedule", "production"], "SCHEDULES in deploy/topologies.py"),
        (["unschedule", "production"], "the clock's events are the template's"),
        (["certify", "production"], "stack connect DomainName=... CertificateArn=..."),
        (["template", "production", "-l", "arn", "-r", "arn"], "by `make topologies`"),
        (["save-python-settings-file", "production"], "nothing of Zappa runs in the functions"),
        (["shell", "production"], "python -m deploy manage"),
    ],
)
def test_what_zappa_would_do_wrong_is_refused(operator: Operator, words: list[str], sentence: str) -> None:
    assert sentence in str(operator.zappa(*words, without_aws=True))


@pytest.mark.parametrize("key", ["keep_warm", "events", "apigateway_enabled", "provisioned_concurrency"])
def test_what_zappa_would_put_between_is_refused(operator: Operator, key: str) -> None:
    stages = json.loads(operator.stages.read_text())
    stages["production"][key] = True if key != "provisioned_concurrency" else 2
    operator.write("zappa_settings.json", json.dumps(stages))

    assert f'"{key}" must be off' in str(operator.zappa("update", "production", without_aws=True))


def test_another_region_than_the_functions_is_refused(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    said = operator.zappa("tail", "production")

    assert said == "zappa tail: AWS_DEFAULT_REGION says us-east-1, and zappa_settings.json eu-central-1."


def test_manage_prints_what_maintenance_says_whatever_the_stage_and_asks_once(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.aws.deploy_topology("monolith")
    assert operator.deploy("configure", "maintenance") == 0

    assert operator.zappa("manage", "production", "migrate --plan") == 0

    said = capsys.readouterr().out.splitlines()[-1]
    assert said == "{'function': 'library-maintenance:live', 'times': 1, 'event': {'manage': 'migrate --plan'}}"


def test_invoke_prints_the_answer(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    operator.aws.deploy_topology("monolith")
    assert operator.deploy("configure", "production") == 0
    capsys.readouterr()

    assert operator.zappa("invoke", "production", '{"operation": "GetMissingBooks"}') == 0

    answer = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert answer == {"function": "library-production:live", "times": 1, "event": {"operation": "GetMissingBooks"}}
    assert operator.zappa("invoke", "production", "library.views.index") == 2, "the functions carry out operations"


def test_status_and_tail(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    operator.aws.deploy_topology("monolith")
    logs, stream = operator.aws.client("logs"), {"logGroupName": "/aws/lambda/library-production", "logStreamName": "s"}
    logs.create_log_stream(**stream)
    logs.put_log_events(**stream, logEvents=[{"timestamp": int(time.time() * 1000) - 5000, "message": "a line"}])

    assert operator.zappa("status", "production") == 0
    assert "library-production" in capsys.readouterr().out
    assert operator.zappa("tail", "production", "--disable-keep-open", "--no-color") == 0
    assert "a line" in capsys.readouterr().out


def test_package_builds_the_zip_if_need_be(operator: Operator, zip_path: Path) -> None:
    before = zip_path.stat().st_mtime_ns

    assert operator.zappa("package", "production", "-o", operator.folder / "copy.zip") == 0

    assert (operator.folder / "copy.zip").read_bytes() == zip_path.read_bytes()
    assert zip_path.stat().st_mtime_ns == before, "it is of today's sources, so 43 stages build it once"


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
