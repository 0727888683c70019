"""The script from an empty account to a running library."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from deploy.functions.releases import code_of
from deploy.setup import database, network, parameters
from deploy.setup.answers import Answers, SetupFailed, complete
from deploy.setup.questions import QUESTIONS, database_url
from deploy.setup.stack import Stack
from deploy.setup.steps import Setup
from tests.checkout import check_out

from .aws import Aws, moto_server
from .deployment import removed
from .library import new_database

WRONG = {
    "region": ["mars-north-1"],
    "topology": ["microservices"],
    "database_url": ["postgres://library_owner:secret@:5432/library", "postgres://owner@db.example.org/library", "mysql://"],
    "instance": ["large"],
    "time_zone": ["Berlin"],
    "language": ["fr"],
    "domain": ["https://library.example.org/"],
    "certificate": ["library.example.org"],
    "alarms": ["ann"],
    "username": ["", "ann smith"],
    "email": [""],
}  # fmt: skip
RIGHT = {
    "region": "",
    "topology": "monolith",
    "database_url": "postgres://owner:secret@db.example.org:5432/library?sslmode=require",
    "time_zone": "",
    "language": "de",
    "domain": "library.example.org",
    "certificate": "arn:aws:acm:eu-central-1:123456789012:certificate/0193",
    "alarms": "",
    "username": "ann",
    "email": "ann@example.org",
}


def test_it_asks_until_an_answer_is_right_and_says_what_was_wrong(tmp_path: Path) -> None:
    said: list[str] = []
    asked: list[str] = []

    def answers_of_somebody() -> Iterator[str]:
        for name, answer in RIGHT.items():
            yield from WRONG[name]
            yield answer

    following = answers_of_somebody()
    answers = Answers(tmp_path / "answers.json")

    def ask(question: str) -> str:
        asked.append(question)
        return next(following)

    complete(answers, QUESTIONS, ask, said.append)

    assert len(said) == sum(len(WRONG[name]) for name in RIGHT)
    assert "It lacks a host" in "".join(said)
    assert answers == RIGHT | {"region": "eu-central-1", "time_zone": "Europe/Berlin"}
    assert "Region [eu-central-1]: " in asked


def test_answers_are_kept_for_whoever_gave_them_and_asked_once(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "ours" / "answers.json")
    answers["region"] = "eu-central-1"

    again = Answers(tmp_path / "ours" / "answers.json")

    complete(again, QUESTIONS[:1], lambda question: pytest.fail("was asked again"), print)
    assert again == {"region": "eu-central-1"}
    assert stat.S_IMODE(again.file.stat().st_mode) == 0o600


@pytest.mark.parametrize("answer", WRONG["database_url"])
def test_a_url_that_leads_nowhere_is_refused(answer: str) -> None:
    assert "postgres://OWNER:PASSWORD@HOST:5432/DATABASE" in str(database_url(answer))


def test_the_network_and_the_database_are_made_once(aws: Aws, tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.json")
    answers |= {"database_url": "", "instance": "db.t4g.micro"}

    for _ in range(2):
        tuple(network.network(aws.client("ec2"), answers, "library"))
        (host,) = database.database(aws.client("rds"), answers, "library")

    (rule,) = aws.client("ec2").describe_security_groups(GroupIds=[answers["database_group"]])["SecurityGroups"]
    (allowed,) = rule["IpPermissions"]
    assert (allowed["FromPort"], allowed["ToPort"]) == (5432, 5432)
    assert [each["GroupId"] for each in allowed["UserIdGroupPairs"]] == [answers["functions_group"]]
    assert len(answers["subnets"].split()) == 3
    (made,) = aws.client("rds").describe_db_instances()["DBInstances"]
    assert (made["PubliclyAccessible"], made["StorageEncrypted"], made["DeletionProtection"]) == (False, True, True)
    assert host == answers["database_host"] == made["Endpoint"]["Address"]
    assert len(answers["owner_password"]) == 48


def test_a_database_of_somebody_else_is_left_alone(aws: Aws, tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.json")
    answers |= {"database_url": "", "instance": "db.t4g.micro"}
    tuple(network.network(aws.client("ec2"), answers, "library"))
    tuple(database.database(aws.client("rds"), answers, "library"))
    del answers["owner_password"], answers["database_host"]

    with pytest.raises(SetupFailed, match="RDS has a database library that is not of this setup"):
        tuple(database.database(aws.client("rds"), answers, "library"))


def test_a_setting_is_changed_and_the_others_stay(aws: Aws) -> None:
    store = aws.client("ssm")
    parameters.put(store, "/library/shared", {"SECRET_KEY": "a=b", "TIME_ZONE": "UTC", "OLD": "1"})

    parameters.put(store, "/library/shared", {"TIME_ZONE": "Europe/Berlin", "OLD": None})

    assert parameters.lines(store, "/library/shared") == {"SECRET_KEY": "a=b", "TIME_ZONE": "Europe/Berlin"}
    parameters.put(store, "/library/shared", {"SECRET_KEY": "a=b"})
    assert store.get_parameter(Name="/library/shared")["Parameter"]["Version"] == 2


def test_a_stack_keeps_parameters_that_are_not_named_and_goes_by_a_bucket_if_it_is_large(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}
    parameter = {"Type": "String", "Default": "none"}
    document = {"Parameters": {"Name": parameter, "Step": parameter}, "Resources": {"Topic": topic}, "Outputs": {}}
    file = tmp_path / "small.json"
    file.write_text(json.dumps(document))
    stack = Stack(aws.client, "library")
    tuple(stack.change(file, {"Name": "alarms", "Step": "prepare"}))
    document["Metadata"] = {"Large": "x" * 60_000}
    file.write_text(json.dumps(document))

    for _ in range(2):
        tuple(stack.change(file, {"Step": "connect"}))

    (made,) = aws.client("cloudformation").describe_stacks(StackName="library")["Stacks"]
    assert {each["ParameterKey"]: each["ParameterValue"] for each in made["Parameters"]} == {
        "Name": "alarms",
        "Step": "connect",
    }
    (bucket,) = aws.client("s3").list_buckets()["Buckets"]
    assert bucket["Name"] == "library-templates-123456789012-eu-central-1"


def test_parameters_given_by_hand_are_answers_from_then_on(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.json")
    answers |= {"region": "eu-central-1", "topology": "monolith", "domain": ""}
    setup = Setup(answers)
    setup.stack = Mock()
    by_hand = {"DatabaseId": "restored", "DomainName": "library.example.org", "CertificateArn": "arn:aws:acm:1"}

    setup.step("connect", **by_hand, BasePath="/library")
    setup.step("connect")

    first, second = (call.args[1] for call in setup.stack.change.call_args_list)
    assert first == {"Step": "connect", **by_hand, "BasePath": "/library"}
    assert second == {"Step": "connect", **by_hand}


@pytest.mark.parametrize("last", ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"])
def test_a_stack_that_somebody_is_at_work_on_is_waited_for(monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    """After a setup that was broken off in the middle of making it, say."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    following = iter(["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", last])
    failed = {"ResourceStatus": "CREATE_FAILED", "LogicalResourceId": "Role", "ResourceStatusReason": "it is there"}
    cloudformation = Mock(
        describe_stacks=lambda **_: {"Stacks": [{"StackStatus": next(following)}]},
        describe_stack_events=lambda **_: {"StackEvents": [failed]},
    )
    stack = Stack(lambda _: cloudformation, "library")

    if last == "CREATE_COMPLETE":
        assert stack.exists()
    else:
        with pytest.raises(SetupFailed, match=r"Role: it is there.* aws cloudformation delete-stack"):
            stack.exists()
    assert not [*following]


@pytest.fixture
def checkout(tmp_path: Path, zip_path: Path) -> Path:
    """A fresh one, with its zip, and with what an operator may have left there."""
    check_out(tmp_path)
    (tmp_path / "build").mkdir()
    shutil.copy(zip_path, tmp_path / "build")
    (tmp_path / ".env").write_text("SECRET_KEY=of-this-machine\nDEBUG=True\n")
    return tmp_path


@pytest.mark.long
def test_from_an_empty_account_to_functions_that_serve(checkout: Path, unpacked: Path, database_server: str) -> None:
    """All but the answer of the address, which leads nowhere here; broken off at a step, and given again."""
    roles = [f"library_{kind}" for kind in ("desk", "commands", "reader")]
    with (
        moto_server(TASK_ROOT=str(unpacked)) as aws,
        removed(database_server, roles),
        new_database(database_server) as url,
    ):
        environment = aws.environment | {"HOME": str(checkout), "PATH": os.environ["PATH"]}
        owner = url.replace("@", ":of-no-use@", 1)
        typed = "\n".join(["", "monolith", owner, "", "", "", "ann@example.org", "ann", "ann@example.org", ""])

        def deploy(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "deploy", *words]
            return subprocess.run(
                command, cwd=checkout, env=environment, input=typed, capture_output=True, text=True, check=False
            )

        requirements = checkout / "requirements-lambda.txt"
        locked = requirements.read_text()
        requirements.write_text("no requirement")
        broken_off = deploy("setup", typed=typed)
        requirements.write_text(locked)
        again = deploy("setup")

        assert "4/11 The zip" in broken_off.stdout
        assert "Invalid requirement" in broken_off.stderr
        assert "11/11 The connections" in again.stdout, again.stderr
        assert "healthz does not answer as it should" in again.stderr
        assert "ann, with the password " in again.stdout
        assert "of-no-use" not in (checkout / ".library" / "answers.json").read_text()
        assert "TIME_ZONE is taken out" in deploy("set", "shared", "TIME_ZONE=").stdout
        assert "TIME_ZONE" not in parameters.lines(aws.client("ssm"), "/library/shared")
        assert '"results": []' in deploy("invoke", "production", '{"operation": "GetMissingBooks"}').stdout
        production, maintenance = (
            aws.client("lambda").get_function_configuration(FunctionName=f"library-{stage}", Qualifier="live")
            for stage in ("production", "maintenance")
        )
        assert production["CodeSha256"] == code_of(checkout / "build" / "library.zip")
        assert production["VpcConfig"]["SecurityGroupIds"] == [
            Answers(checkout / ".library" / "answers.json")["functions_group"]
        ]
        assert "library_desk:" in production["Environment"]["Variables"]["DATABASE_URL"]
        assert "of-this-machine" not in json.dumps([production, maintenance])
        assert "DJANGO_SUPERUSER_PASSWORD" not in maintenance["Environment"]["Variables"]
