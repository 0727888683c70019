"""The committed templates: by cfn-lint, by what it misses, and as stacks in moto from the first step to the last."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from drf_spectacular.generators import SchemaGenerator

from deploy.cloudformation.http_api import rest_routes
from deploy.cloudformation.template import template as new_template
from deploy.generated import one_a_line
from deploy.topologies import ALIAS, topologies
from library_site.cqrs.operations import RegisteredOperation, all_operations
from tests.arranger import operation as named

from .aws import PROJECT, ROOT, Aws, function_at, moto_server, name_of, resources, stages_of, template, zappa_settings

PRODUCTION, MAINTENANCE = f"{PROJECT}-production", f"{PROJECT}-maintenance"

TOPOLOGIES = ["monolith", "dispatchers", "subdomain", "extracted", "separated"]

EVERYTHING = {
    "DomainName": "library.example.org",
    "CertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
    "BasePath": "/production",
    "AlarmTopic": "arn:aws:sns:eu-central-1:123456789012:alarms",
}

EVERY_PAGE = [
    ("GET", "/"),
    ("GET", "/healthz"),
    ("POST", "/login"),
    ("GET", "/borrow-book"),
    ("POST", "/admin/catalog/book/add/"),
    ("GET", "/api/book"),
    ("PATCH", "/api/book/0193"),
    ("GET", "/api/book/0193/borrow"),  # a 405
    ("HEAD", "/api/book/missing"),
    ("OPTIONS", "/api/book/new"),
    ("GET", "/api/docs"),
    ("GET", "/api/book/missing/more"),
]


BUT_THE_LARGEST = [*TOPOLOGIES[:-1], pytest.param(TOPOLOGIES[-1], marks=pytest.mark.soak)]
"""It has a function for each operation, and what is done to it takes ten times as long."""


@pytest.fixture(params=BUT_THE_LARGEST)
def topology(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def standing() -> Iterator[Aws]:
    """A server of this module's own."""
    with moto_server() as aws:
        yield aws


@pytest.fixture(scope="module", params=BUT_THE_LARGEST)
def deployed(request: pytest.FixtureRequest, standing: Aws) -> Aws:
    """A topology, all of it, for tests that change nothing."""
    standing.reset()
    standing.deploy_topology(request.param)
    return standing


@cache
def rest_endpoints() -> dict[str, tuple[str, str]]:
    """A request of each operation, as the documentation of the REST API has it."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {
        about["operationId"]: (method.upper(), re.sub(r"{\w+}", "0193", path))
        for path, methods in paths.items()
        for method, about in methods.items()
    }


def serves(function: dict[str, Any], operation: RegisteredOperation) -> bool:
    """Whether the function, as configured, serves the operation, and nothing but operations."""
    words = function["Environment"]["Variables"]["LIBRARY_OPERATIONS"].split(",")
    return not {operation.name, "queries" if operation.is_query else "commands"}.isdisjoint(words)


def home(aws: Aws, operation: RegisteredOperation) -> str:
    """The function that was made for the operation, or production, by the functions' own configuration."""
    functions = aws.client("lambda").list_functions()["Functions"]
    own = [each["FunctionName"] for each in functions if serves(each, operation)]
    assert len(own) <= 1
    return own[0] if own else PRODUCTION


# As texts


def test_each_resource_has_a_line_of_its_own(topology: str) -> None:
    lines = (ROOT / "deploy" / f"{topology}.json").read_text().splitlines()

    resources = template(topology)["Resources"].items()
    texts = {f'"{name}":{json.dumps(each, separators=(",", ":"))}' for name, each in resources}
    assert texts <= {line.removesuffix(",") for line in lines}


def test_no_two_routes_are_for_the_same_requests(topology: str) -> None:
    """cfn-lint does not see it, and API Gateway refuses it, whatever their variables are called."""
    keys = [re.sub(r"{\w+}", "{}", each["RouteKey"]) for each in resources(topology, "ApiGatewayV2::Route").values()]

    assert len(set(keys)) == len(keys)


def test_what_has_a_name_has_it_by_one_logical_id_in_all_topologies() -> None:
    """A stack that changes from one to another could not make what it is yet to delete."""
    names: dict[tuple[str, str], set[str]] = {}
    for topology in TOPOLOGIES:
        for logical_id, each in template(topology)["Resources"].items():
            for name in {"AlarmName", "DashboardName", "LogGroupName", "Name", "QueueName", "RoleName"} & set(
                each["Properties"]
            ):
                names.setdefault((each["Type"], each["Properties"][name]), set()).add(logical_id)

    assert [each for each in names.items() if len(each[1]) > 1] == []


def test_roles_may_do_no_more_than_their_functions(topology: str) -> None:
    """Functions of a kind have one role; what it gives away by that stands in docs/deploying.md."""
    for role in resources(topology, "IAM::Role").values():
        own = [name_of(each) for each in stages_of(topology) if zappa_settings()[each]["role_name"] == role["RoleName"]]
        (policy,) = role["Policies"]
        may = {action: each["Resource"] for each in policy["PolicyDocument"]["Statement"] for action in each["Action"]}
        if not own:
            assert (role["RoleName"], set(may)) == (f"{PROJECT}-http-api", {"lambda:InvokeFunction"})
            continue
        logs = about(topology, may.pop("logs:CreateLogStream"))
        assert logs == ([f"/aws/lambda/{own[0]}"] if len(own) == 1 else f"log-group:/aws/lambda/{PROJECT}-*")
        assert about(topology, may.pop("logs:PutLogEvents")) == logs
        assert about(topology, may.pop("sqs:SendMessage", [])) in ([], [f"{PROJECT}-dead-events"])
        assert set(may) <= {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
        queues = {each["QueueName"] for each in resources(topology, "SQS::Queue").values()}
        assert all(set(about(topology, target)) == queues & set(own) for target in may.values())


def about(topology: str, target: Any) -> Any:
    """What a statement of a policy is about: the names of resources, or the end of an ARN."""
    if "Fn::Sub" in target:
        return target["Fn::Sub"].partition("${AWS::AccountId}:")[2]
    every = [target] if isinstance(target, dict) else target
    found = [template(topology)["Resources"][each["Fn::GetAtt"][0]]["Properties"] for each in every]
    return [each.get("QueueName", each.get("LogGroupName")) for each in found]


@pytest.mark.long
@pytest.mark.parametrize(
    "topologies", [TOPOLOGIES[:-1], pytest.param(TOPOLOGIES[-1:], marks=pytest.mark.soak)], ids=len
)
def test_cfn_lint_finds_nothing(topologies: list[str]) -> None:
    files = [ROOT / "deploy" / f"{topology}.json" for topology in topologies]

    found = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--regions", Aws.region, "--", *files],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_a_hundred_and_three_operations_fit_into_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a function for each, 51 for commands: CloudFormation takes 500 resources, and 1 MB of text; IAM takes 10,240
    characters of policy in a role."""
    queries = sum(each.is_query for each in all_operations())
    kinds = [False] * (51 - len(all_operations()) + queries) + [True] * (52 - queries)
    more = [SimpleNamespace(name=f"New{n}", slug=f"new_{n}", title="", is_query=kind) for n, kind in enumerate(kinds)]
    every = [*all_operations(), *more]
    routes = rest_routes() | {f"POST /api/{each.slug}": each for each in more}
    monkeypatch.setattr("deploy.topologies.all_operations", lambda: every)
    monkeypatch.setattr("deploy.cloudformation.http_api.rest_routes", lambda: routes)

    grown = new_template(topologies(zappa_settings()["base"])[-1])

    made = {name: each["Properties"] for name, each in grown["Resources"].items()}
    assert len(made) == len(template("separated")["Resources"]) + kinds.count(False) * 6 + kinds.count(True) * 3
    assert len(made) <= 500
    assert len(one_a_line(grown)) <= 1_000_000
    longest = "arn:aws:sqs:ap-southeast-1:123456789012:library-get-borrowed-books-by-user"
    for policies in (each["Policies"] for each in made.values() if "Policies" in each):
        text = json.dumps([each["PolicyDocument"] for each in policies], separators=(",", ":"))
        assert len(re.sub(r'{"Fn::GetAtt":.*?}', longest, text)) <= 10_240


def test_all_but_the_largest_fit_into_a_request(topology: str) -> None:
    """CloudFormation takes 51,200 bytes; what is larger goes by way of a bucket, as docs/deploying.md says."""
    fits = (ROOT / "deploy" / f"{topology}.json").stat().st_size <= 51_200

    assert fits == (topology != "separated")


def test_what_strangers_may_ask_for_is_bounded_apart(topology: str) -> None:
    (stage,) = resources(topology, "ApiGatewayV2::Stage").values()
    _, bounds, _ = stage["RouteSettings"]["Fn::If"]
    there = {each["RouteKey"]: name for name, each in resources(topology, "ApiGatewayV2::Route").items()}

    assert {"POST /login", "POST /admin/login/"} < bounds.keys() <= there.keys()
    named = stage["Description"]["Fn::If"][1]["Fn::Sub"]
    assert all(f"${{{there[key]}}}" in named for key in bounds), "a stage bounds only routes that were made before it"


# As stacks


def test_first_comes_what_functions_need(aws: Aws, topology: str) -> None:
    outputs = aws.step(topology, "prepare")

    roles = {each["RoleName"] for each in aws.client("iam").list_roles()["Roles"]}
    assert roles == {zappa_settings()[each]["role_name"] for each in stages_of(topology)} | {f"{PROJECT}-http-api"}
    pages = aws.client("logs").get_paginator("describe_log_groups").paginate()
    logs = [each for page in pages for each in page["logGroups"]]
    assert {each["logGroupName"]: each["retentionInDays"] for each in logs} == {
        f"/aws/vendedlogs/{PROJECT}-http-api": 90
    } | {f"/aws/lambda/{name_of(each)}": 90 for each in stages_of(topology)}
    assert outputs["Url"].startswith("https://"), "ALLOWED_HOSTS can be set before anything answers"
    assert aws.gateway().reach("GET", "/") is None


@pytest.mark.parametrize("step", ["production", "connect"])
def test_functions_come_before_what_leads_to_them(aws: Aws, topology: str, step: str) -> None:
    aws.step(topology, "prepare")

    with pytest.raises((ClientError, ResponseParserError), match="Function not found"):
        aws.step(topology, step)


def test_a_function_without_the_alias_is_not_there_yet(aws: Aws) -> None:
    """Zappa has deployed it, and it has no settings."""
    aws.step("monolith", "prepare")
    for stage in stages_of("monolith"):
        aws.create_function(stage)
        aws.client("lambda").delete_alias(FunctionName=name_of(stage), Name=ALIAS)

    with pytest.raises((ClientError, ResponseParserError), match=f"Function not found: .*:{ALIAS}"):
        aws.step("monolith", "connect")


def test_a_function_answers_before_the_api_gives_up(deployed: Aws) -> None:
    integrations = deployed.client("apigatewayv2").get_integrations(ApiId=deployed.gateway().api_id)["Items"]
    for each in integrations:
        function = deployed.client("lambda").get_function_configuration(FunctionName=each["IntegrationUri"])
        assert function["Timeout"] * 1000 < each["TimeoutInMillis"] <= 30_000
        assert each["PayloadFormatVersion"] == "2.0"
    assert len(integrations) == len(deployed.client("lambda").list_functions()["Functions"]) - 1, "not maintenance"


def test_nobody_else_may_invoke_a_function(deployed: Aws) -> None:
    """But the API, which may in the name of its role (test_a_topology_can_follow_another_without_an_interruption)."""
    functions = [each["FunctionName"] for each in deployed.client("lambda").list_functions()["Functions"]]
    expected: dict[str, set[tuple[str, str]]] = {name: set() for name in functions}
    for rule, function in called_by_the_clock(deployed).items():
        expected[function].add(("events.amazonaws.com", arn("events", f"rule/{PROJECT}-{rule}")))

    for function, invokers in expected.items():
        statements = [
            (each["Principal"], each["Condition"]["ArnLike"]) for each in deployed.policy(f"{function}:{ALIAS}")
        ]
        assert {(who["Service"], source["AWS:SourceArn"]) for who, source in statements} == invokers
        assert len(statements) == len(invokers)
    role = f"arn:aws:iam::123456789012:role/{PROJECT}-http-api"
    assert not deployed.gateway().allows(role, arn("lambda", f"function:{MAINTENANCE}:{ALIAS}"))


@pytest.mark.parametrize("lost", ["CredentialsArn", "alias"])
def test_a_way_to_a_function_that_is_shut_is_noticed(aws: Aws, lost: str) -> None:
    """By what the other tests ask whether a request is let in."""
    broken = template("monolith")
    broken["Resources"]["ProductionIntegration"]["Properties"].pop(lost, None)
    aws.deploy_topology(broken)
    if lost == "alias":
        aws.client("lambda").delete_alias(FunctionName=PRODUCTION, Name=ALIAS)

    reached = aws.gateway().reach("GET", "/")
    assert reached
    assert not reached.allowed


def arn(service: str, what: str) -> str:
    return f"arn:aws:{service}:{Aws.region}:123456789012:{what}"


def called_by_the_clock(aws: Aws) -> dict[str, str]:
    """The function that belongs to each rule."""
    return {
        "clear-sessions": MAINTENANCE,
        "clear-keys": MAINTENANCE,
        "expire-reservations": home(aws, named("ExpireReservations")),
        "end-suspensions": home(aws, named("EndSuspensions")),
    }


def test_what_fails_is_kept(deployed: Aws) -> None:
    """A message after five attempts, an asynchronous event after three, each for ten days at least."""
    client, sqs, day = deployed.client("lambda"), deployed.client("sqs"), 24 * 3600
    queues = {
        url.rpartition("/")[2]: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        for url in sqs.list_queues()["QueueUrls"]
    }
    messages, events = (queues.pop(f"{PROJECT}-dead-{kind}") for kind in ("messages", "events"))
    assert messages["MessageRetentionPeriod"] == events["MessageRetentionPeriod"] == str(14 * day)
    assert queues
    for function, queue in queues.items():
        timeout = client.get_function_configuration(FunctionName=function)["Timeout"]
        assert int(queue["VisibilityTimeout"]) >= 6 * timeout
        assert queue["MessageRetentionPeriod"] == str(4 * day)
        assert json.loads(queue["RedrivePolicy"]) == {"deadLetterTargetArn": messages["QueueArn"], "maxReceiveCount": 5}
    for function in {*queues, *called_by_the_clock(deployed).values()}:
        later = client.get_function_event_invoke_config(FunctionName=f"{function}:{ALIAS}")
        assert later["DestinationConfig"] == {"OnFailure": {"Destination": events["QueueArn"]}}


def test_the_clock_calls_the_function_of_what_is_to_be_done(deployed: Aws) -> None:
    events, calls = deployed.client("events"), called_by_the_clock(deployed)
    rules = {
        each["Name"].removeprefix(f"{PROJECT}-"): each["ScheduleExpression"] for each in events.list_rules()["Rules"]
    }
    at_night = "cron(0 3 * * ? *)"

    clearing = {"clear-sessions": "cron(30 3 * * ? *)", "clear-keys": "cron(45 3 * * ? *)"}  # one after the other
    assert rules == clearing | {"expire-reservations": at_night, "end-suspensions": at_night}
    for rule, function in calls.items():
        (target,) = events.list_targets_by_rule(Rule=f"{PROJECT}-{rule}")["Targets"]
        assert function_at(target["Arn"]) == function
        assert target.get("Input", "").startswith('{"manage": "clear') == (function == MAINTENANCE)


def test_the_api_may_have_a_domain_of_its_own_or_a_path_of_one(aws: Aws, topology: str) -> None:
    outputs = aws.deploy_topology(topology, **EVERYTHING)

    (mapping,) = aws.client("apigatewayv2").get_api_mappings(DomainName="library.example.org")["Items"]
    assert (mapping["ApiId"], mapping["ApiMappingKey"]) == (aws.gateway().api_id, "production")
    assert outputs["Url"] == "https://library.example.org/production/"
    assert outputs["DomainTarget"]
    alarms = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    kinds = "connections", "dead-events", "dead-messages", "errors", "slow", "storage", "throttles", "waiting"
    assert sorted(each["AlarmName"] for each in alarms) == [f"{PROJECT}-{kind}" for kind in kinds]
    assert all(each["AlarmActions"] == [EVERYTHING["AlarmTopic"]] for each in alarms)


def test_a_domain_may_be_all_the_librarys(aws: Aws) -> None:
    outputs = aws.deploy_topology("monolith", **EVERYTHING | {"BasePath": ""})

    (mapping,) = aws.client("apigatewayv2").get_api_mappings(DomainName="library.example.org")["Items"]
    assert not mapping.get("ApiMappingKey")
    assert outputs["Url"] == "https://library.example.org/"


def test_a_topology_can_follow_another_without_an_interruption(aws: Aws, topology: str) -> None:
    """By way of its step `production`, at which all goes to the function that both have."""
    endpoints = [rest_endpoints()[each.name] for each in all_operations()] + EVERY_PAGE
    url = aws.deploy_topology("monolith")["Url"]

    assert aws.step(topology, "production")["Url"] == url
    assert _reached(aws, endpoints) == {(PRODUCTION, True)}

    for stage in stages_of(topology):
        if stage not in stages_of("monolith"):
            aws.create_function(stage)
    assert aws.step(topology, "connect")["Url"] == url
    functions = {name_of(stage) for stage in stages_of(topology)}
    assert _reached(aws, endpoints) == {(function, True) for function in functions - {MAINTENANCE}}


def _reached(aws: Aws, endpoints: list[tuple[str, str]]) -> set[tuple[str, bool] | None]:
    """The functions that requests of all these endpoints reach, and whether they may."""
    gateway = aws.gateway()
    return {
        (reached.function, reached.allowed) if (reached := gateway.reach(*endpoint)) else None for endpoint in endpoints
    }


@pytest.mark.long
def test_nothing_is_left_behind(aws: Aws, topology: str) -> None:
    aws.deploy_topology(topology, **EVERYTHING)
    functions = [each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]]

    aws.step(topology, "prepare", **EVERYTHING)

    assert not any(aws.policy(function + alias) for function in functions for alias in ("", f":{ALIAS}"))
    assert not aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert not aws.client("events").list_rules()["Rules"]
    for function in functions:
        aws.client("lambda").delete_function(FunctionName=function)

    aws.delete_stack()

    assert not aws.client("iam").list_roles()["Roles"]
    assert not aws.client("logs").describe_log_groups()["logGroups"]
    assert not aws.client("sqs").list_queues().get("QueueUrls")
    assert not aws.client("apigatewayv2").get_apis()["Items"]
    assert not aws.client("apigatewayv2").get_domain_names()["Items"]
    assert not aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert not aws.client("cloudwatch").list_dashboards()["DashboardEntries"]
