"""The steps from an empty account to a running library. Each looks whether it has been done: all can be repeated."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit, urlunsplit

import boto3

from deploy import configure, management, package
from deploy.generated import ROOT, SETTINGS, base_stage, files, functions
from deploy.setup import database, network, parameters
from deploy.setup.answers import Answers, SetupFailed
from deploy.setup.stack import Stack
from deploy.topologies import topologies

ROLES = ("desk", "commands", "reader")

ANSWERED = {
    "DatabaseId": "database_id",
    "DomainName": "domain",
    "CertificateArn": "certificate",
    "AlarmTopic": "alarm_topic",
}
"""Parameters of the template, by the answers that say them."""


class Setup:
    """What the steps work with."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.project = str(base_stage()["project_name"])
        self.clients = cache(lambda service: boto3.client(service, region_name=answers["region"]))

    @cached_property
    def stages(self) -> list[str]:
        """Of the topology; maintenance comes first, since the others need what it makes."""
        (mine,) = (each for each in topologies(base_stage()) if each.name == self.answers["topology"])
        return ["maintenance", *(each.stage for each in mine.routed)]

    @cached_property
    def stack(self) -> Stack:
        return Stack(self.clients, self.project)

    def step(self, name: str, **more: str) -> Iterator[str]:
        """The stack as it is at this step, and with more of the template's parameters: see Step there.

        Those of them that are answers are so from now on, or the next step would undo them.
        """
        for parameter in more.keys() & ANSWERED.keys():
            self.answers[ANSWERED[parameter]] = more[parameter]
        known = {parameter: self.answers.get(answer, "") for parameter, answer in ANSWERED.items()}
        parameters = {"DatabaseId": self.project} | {key: value for key, value in known.items() if value} | more
        return self.stack.change(ROOT / "deploy" / f"{self.answers['topology']}.json", {"Step": name} | parameters)

    def put(self, name: str, **lines: str | None) -> None:
        parameters.put(self.clients("ssm"), f"/{self.project}/{name}", lines)

    def lines(self, name: str) -> dict[str, str]:
        return parameters.lines(self.clients("ssm"), f"/{self.project}/{name}")

    def manage(self, *command: str) -> str:
        """What the management command prints."""
        return management.manage(*functions()["maintenance"], list(command)).rstrip()


@dataclass(frozen=True)
class Step:
    """What is done, how long that takes, and the doing, which says what has come of it."""

    title: str
    takes: str
    run: Callable[[Setup], Iterator[str]]


def carry_out(steps: tuple[Step, ...], setup: Setup) -> Iterator[str]:
    """One after the other: what each does, how long that takes, what has come of it. What one raises ends it."""
    for number, step in enumerate(steps, 1):
        yield f"{number}/{len(steps)} {step.title} ({step.takes})"
        begun = time.monotonic()
        for line in step.run(setup):
            yield f"    {line}"
        yield f"    done, {time.monotonic() - begun:.0f} s"


def _network(setup: Setup) -> Iterator[str]:
    return network.network(setup.clients("ec2"), setup.answers, setup.project)


def _database(setup: Setup) -> Iterator[str]:
    return database.database(setup.clients("rds"), setup.answers, setup.project)


def _settings_of_zappa(setup: Setup) -> Iterator[str]:
    """The region and the network are the operator's part of zappa_settings.json, from which the stages are made."""
    document = json.loads(SETTINGS.read_text())
    groups = [setup.answers["functions_group"]]
    document["base"] |= {
        "aws_region": setup.answers["region"],
        "vpc_config": {"SubnetIds": setup.answers["subnets"].split(), "SecurityGroupIds": groups},
    }
    SETTINGS.write_text(json.dumps(document, indent=2) + "\n")
    for path, text in files().items():
        path.write_text(text)
        yield str(path.relative_to(ROOT))


def _zip(setup: Setup) -> Iterator[str]:
    _run(sys.executable, "-m", "deploy.package", "--if-needed")
    yield str(package.PACKAGE.relative_to(ROOT))


def _prepare(setup: Setup) -> Iterator[str]:
    if setup.answers["alarms"]:
        sns = setup.clients("sns")
        topic = setup.answers["alarm_topic"] = sns.create_topic(Name=f"{setup.project}-alarms")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=setup.answers["alarms"])
        yield f"{setup.answers['alarms']} gets a letter from AWS, in which to confirm that alarms may come."
    if not setup.stack.exists():
        yield from setup.step("prepare")
    outputs = setup.stack.outputs()
    setup.answers["url"] = outputs["Url"]
    yield outputs["Url"]
    if target := outputs.get("DomainTarget"):
        yield f"Make {setup.answers['domain']} an alias (or CNAME) of {target}."


def _settings(setup: Setup) -> Iterator[str]:
    """What is there is left as it is: a new key would sign everybody out, new passwords would lock functions out."""
    answers, there = setup.answers, setup.lines("shared")
    shared = {"ALLOWED_HOSTS": urlsplit(answers["url"]).hostname, "SECRET_KEY": token_hex(32)}
    shared |= {"TIME_ZONE": answers["time_zone"], "LANGUAGE_CODE": answers["language"]}
    setup.put("shared", **(shared | there))
    of_owner = setup.lines("owner")
    owner = of_owner.get("DATABASE_URL") or _owner(answers)
    urls = {f"{role.upper()}_DATABASE_URL": _as(owner, f"{setup.project}_{role}") for role in ROLES}
    of_owner = urls | of_owner | {"DATABASE_URL": owner}
    setup.put("owner", **of_owner)
    for role in ROLES:
        setup.put(role, DATABASE_URL=of_owner[f"{role.upper()}_DATABASE_URL"])
    if "owner_password" in answers:
        del answers["owner_password"]
    answers["database_url"] = _without_password(answers["database_url"])
    yield ", ".join(f"/{setup.project}/{name}" for name in ("shared", "owner", *ROLES))


def _owner(answers: Answers) -> str:
    if urlsplit(answers["database_url"]).password:
        return answers["database_url"]
    if "owner_password" not in answers:
        raise SetupFailed(
            "The password of the database's owner is lost: give them another one, and write the database's URL with it "
            f'as "database_url" into {answers.file}.'
        )
    return (
        f"postgres://library_owner:{answers['owner_password']}@{answers['database_host']}:5432/library?sslmode=require"
    )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _as(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{name}:{token_hex(24)}@{parts.netloc.rpartition('@')[2]}"))


def _deploy(setup: Setup, stages: list[str]) -> Iterator[str]:
    there = setup.clients("lambda")
    for stage in stages:
        function, _ = functions()[stage]
        try:
            there.get_function_configuration(FunctionName=function.name)
        except there.exceptions.ResourceNotFoundException:
            _zappa(setup, "deploy", stage)
        else:
            _zappa(setup, "update", stage)
        yield function.name


def _maintenance(setup: Setup) -> Iterator[str]:
    return _deploy(setup, setup.stages[:1])


def _functions(setup: Setup) -> Iterator[str]:
    return _deploy(setup, setup.stages[1:])


def _tables(setup: Setup) -> Iterator[str]:
    yield setup.manage("migrate", "--no-color").splitlines()[-1].strip()
    yield setup.manage("create_database_roles").replace("\n", ", ")
    yield setup.manage("check")


def _administrator(setup: Setup) -> Iterator[str]:
    """Their password is in the function's settings as long as it takes to make the account."""
    answers = setup.answers
    if "administrator" in answers:
        yield f"{answers['administrator']} is there."
        return
    password = token_hex(8)
    said = f"{answers['username']}, with the password {password}, to be changed in the admin. It is kept nowhere."
    try:
        setup.put("owner", DJANGO_SUPERUSER_PASSWORD=password)
        _configure_maintenance(setup)
        setup.manage("createsuperuser", "--no-input", "--username", answers["username"], "--email", answers["email"])
    except management.CommandFailed as error:
        if "already taken" not in str(error):
            raise
        said = f"{answers['username']} was there before, with the password of before."
    finally:
        setup.put("owner", DJANGO_SUPERUSER_PASSWORD=None)
        _configure_maintenance(setup)
    answers["administrator"] = answers["username"]
    yield said


def _configure_maintenance(setup: Setup) -> None:
    configure.configure(*functions()["maintenance"], forget=True)  # nor any version that has the password


def _connect(setup: Setup) -> Iterator[str]:
    yield from setup.step("connect")
    url = f"{setup.stack.outputs()['Url']}healthz"
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - the stack's own address
            yield f"{url}: {answer.status}"
    except (urllib.error.URLError, TimeoutError) as error:
        raise SetupFailed(
            f"{url} does not answer as it should ({error}): docs/deploying.md, If it does not answer."
        ) from error


def _zappa(setup: Setup, *words: str) -> None:
    """In the region that was answered, whichever the shell is for."""
    _run(Path(sys.executable).with_name("zappa"), *words, AWS_DEFAULT_REGION=setup.answers["region"])


def _run(*command: str | Path, **variables: str) -> None:
    """What it prints is shown when it fails only."""
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | variables, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise SetupFailed(f"{' '.join(str(word) for word in command)}:\n{ran.stdout}{ran.stderr}")


STAGES = Step("zappa_settings.json and the templates", "seconds", _settings_of_zappa)
ZIP = Step("The zip", "a minute", _zip)
MAINTENANCE = Step("The function that migrates", "a minute", _maintenance)
TABLES = Step("The tables and the database's roles", "a minute", _tables)
FUNCTIONS = Step("The functions", "a minute each", _functions)
CONNECT = Step("The connections to the functions", "two minutes", _connect)

SETUP: tuple[Step, ...] = (
    Step("The network: two security groups in the default VPC", "seconds", _network),
    Step("The database", "about ten minutes", _database),
    STAGES,
    ZIP,
    Step("The roles, the queues and the address", "two minutes", _prepare),
    Step("The settings, in the Parameter Store", "seconds", _settings),
    MAINTENANCE,
    TABLES,
    Step("The administrator", "seconds", _administrator),
    FUNCTIONS,
    CONNECT,
)
UPGRADE = (STAGES, ZIP, MAINTENANCE, TABLES, FUNCTIONS, CONNECT)
