"""The committed templates: by cfn-lint, by what it misses, and as stacks in moto from the first step to the last."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from drf_spectacular.generators import SchemaGenerator

from library_site.cqrs.operations import RegisteredOperation, all_operations
from tests.arranger import operation as named

from .aws import PROJECT, ROOT, Aws, stages_of, template, zappa_settings

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


@pytest.fixture(params=TOPOLOGIES)
def topology(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def deployed(aws: Aws, topology: str) -> Aws:
    """The topology, all of it."""
    aws.deploy_topology(topology)
    return aws


def resources(topology: str, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the template's resources of a kind, by logical id."""
    every = template(topology)["Resources"].items()
    return {name: each["Properties"] for name, each in every if each["Type"] == f"AWS::{kind}"}


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


def test_cfn_lint_finds_nothing() -> None:
    files = [ROOT / "deploy" / f"{topology}.json" for topology in TOPOLOGIES]

    found = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--regions", Aws.region, "--", *files],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_no_two_routes_are_for_the_same_requests(topology: str) -> None:
    """cfn-lint does not see it, and API Gateway refuses it, whatever their variables are called."""
    keys = [re.sub(r"{\w+}", "{}", each["RouteKey"]) for each in resources(topology, "ApiGatewayV2::Route").values()]

    assert len(set(keys)) == len(keys)


def statements(topology: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of a policy in the template, and whose it is."""
    for name, each in resources(topology, "IAM::ManagedPolicy").items():
        yield from ((name, statement) for statement in each["PolicyDocument"]["Statement"])
    for name, each in resources(topology, "IAM::Role").items():
        for own in each["Policies"]:
            yield from ((name, statement) for statement in own["PolicyDocument"]["Statement"])


def test_roles_may_do_no_more_than_their_functions(topology: str) -> None:
    for name, statement in statements(topology):
        assert not [action for action in statement["Action"] if "*" in action]
        if name == "NetworkPolicy":
            assert {action.partition(":")[0] for action in statement["Action"]} == {"ec2"}
        else:
            own = name.removesuffix("Role")
            assert statement["Resource"] in [
                {"Fn::GetAtt": [f"{own}{each}", "Arn"]} for each in ("Log", "Queue", "DeadLetters")
            ]


def test_all_but_the_largest_fit_into_a_request(topology: str) -> None:
    """CloudFormation takes 51,200 bytes; what is larger goes by way of a bucket, as docs/deploying.md says."""
    fits = (ROOT / "deploy" / f"{topology}.json").stat().st_size <= 51_200

    assert fits == (topology != "separated")


# As stacks


def test_first_comes_what_functions_need(aws: Aws, topology: str) -> None:
    outputs = aws.step(topology, "prepare")

    roles = {each["RoleName"] for each in aws.client("iam").list_roles()["Roles"]}
    assert roles == {zappa_settings()[stage]["role_name"] for stage in stages_of(topology)}
    logs = aws.client("logs").describe_log_groups()["logGroups"]
    assert {each["logGroupName"]: each["retentionInDays"] for each in logs} == {
        f"/aws/vendedlogs/{PROJECT}-http-api": 90
    } | {f"/aws/lambda/{role}": 90 for role in roles}
    assert outputs["Url"].startswith("https://"), "ALLOWED_HOSTS can be set before anything answers"
    assert aws.gateway().reach("GET", "/") is None


@pytest.mark.parametrize("step", ["production", "connect"])
def test_functions_come_before_what_leads_to_them(aws: Aws, topology: str, step: str) -> None:
    aws.step(topology, "prepare")

    with pytest.raises((ClientError, ResponseParserError), match="Function not found"):
        aws.step(topology, step)


def test_a_function_answers_before_the_api_gives_up(deployed: Aws) -> None:
    integrations = deployed.client("apigatewayv2").get_integrations(ApiId=deployed.gateway().api_id)["Items"]
    for each in integrations:
        function = deployed.client("lambda").get_function_configuration(FunctionName=each["IntegrationUri"])
        assert function["Timeout"] * 1000 < each["TimeoutInMillis"] <= 30_000
        assert each["PayloadFormatVersion"] == "2.0"
    assert len(integrations) == len(deployed.client("lambda").list_functions()["Functions"]) - 1, "not maintenance"


def test_nobody_else_may_invoke_a_function(deployed: Aws) -> None:
    expected = {
        each["FunctionName"]: {("apigateway.amazonaws.com", arn("execute-api", f"{deployed.gateway().api_id}/*"))}
        for each in deployed.client("lambda").list_functions()["Functions"]
    }
    expected[MAINTENANCE] = set()
    for rule, function in called_by_the_clock(deployed).items():
        expected[function].add(("events.amazonaws.com", arn("events", f"rule/{PROJECT}-{rule}")))

    for function, invokers in expected.items():
        statements = [(each["Principal"], each["Condition"]["ArnLike"]) for each in deployed.policy(function)]
        assert {(who["Service"], source["AWS:SourceArn"]) for who, source in statements} == invokers
        assert len(statements) == len(invokers)


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
    """A message after five attempts, an asynchronous event after three."""
    client, sqs = deployed.client("lambda"), deployed.client("sqs")
    urls = {each.rpartition("/")[2]: each for each in sqs.list_queues()["QueueUrls"]}
    kept = {name.removesuffix("-dead-letters") for name in urls if name.endswith("-dead-letters")}

    assert kept == {name for name in urls if not name.endswith("-dead-letters")} | {MAINTENANCE}
    for function in kept:
        dead = sqs.get_queue_attributes(QueueUrl=urls[f"{function}-dead-letters"], AttributeNames=["All"])["Attributes"]
        assert dead["MessageRetentionPeriod"] == str(14 * 24 * 3600)
        later = client.get_function_event_invoke_config(FunctionName=function)
        assert later["DestinationConfig"] == {"OnFailure": {"Destination": dead["QueueArn"]}}
        if function in urls:
            queue = sqs.get_queue_attributes(QueueUrl=urls[function], AttributeNames=["All"])["Attributes"]
            timeout = client.get_function_configuration(FunctionName=function)["Timeout"]
            assert int(queue["VisibilityTimeout"]) >= 6 * timeout
            assert json.loads(queue["RedrivePolicy"]) == {
                "deadLetterTargetArn": dead["QueueArn"],
                "maxReceiveCount": 5,
            }


def test_the_clock_calls_the_function_of_what_is_to_be_done(deployed: Aws) -> None:
    events, calls = deployed.client("events"), called_by_the_clock(deployed)
    rules = {
        each["Name"].removeprefix(f"{PROJECT}-"): each["ScheduleExpression"] for each in events.list_rules()["Rules"]
    }
    at_night = "cron(0 3 * * ? *)"

    daily = dict.fromkeys(("clear-sessions", "clear-keys"), "rate(1 day)")
    assert rules == daily | {"expire-reservations": at_night, "end-suspensions": at_night}
    for rule, function in calls.items():
        (target,) = events.list_targets_by_rule(Rule=f"{PROJECT}-{rule}")["Targets"]
        assert target["Arn"] == arn("lambda", f"function:{function}")
        assert target.get("Input", "").startswith('{"manage": "clear') == (function == MAINTENANCE)


def test_the_api_may_have_a_domain_of_its_own_or_a_path_of_one(aws: Aws, topology: str) -> None:
    outputs = aws.deploy_topology(topology, **EVERYTHING)

    (mapping,) = aws.client("apigatewayv2").get_api_mappings(DomainName="library.example.org")["Items"]
    assert (mapping["ApiId"], mapping["ApiMappingKey"]) == (aws.gateway().api_id, "production")
    assert outputs["Url"] == "https://library.example.org/production/"
    assert outputs["DomainTarget"]
    alarms = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    queues = {each.rpartition("/")[2] for each in aws.client("sqs").list_queues()["QueueUrls"]}
    dead_letters = {each for each in queues if each.endswith("-dead-letters")}
    assert {each["AlarmName"] for each in alarms} == dead_letters | {f"{PROJECT}-errors"}
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
    functions = {zappa_settings()[stage]["role_name"] for stage in stages_of(topology)}
    assert _reached(aws, endpoints) == {(function, True) for function in functions - {MAINTENANCE}}


def _reached(aws: Aws, endpoints: list[tuple[str, str]]) -> set[tuple[str, bool] | None]:
    """The functions that requests of all these endpoints reach, and whether they may."""
    gateway = aws.gateway()
    return {
        (reached.function, reached.allowed) if (reached := gateway.reach(*endpoint)) else None for endpoint in endpoints
    }


def test_nothing_is_left_behind(aws: Aws, topology: str) -> None:
    aws.deploy_topology(topology, **EVERYTHING)
    functions = [each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]]

    aws.step(topology, "prepare", **EVERYTHING)

    assert not any(aws.policy(function) for function in functions)
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
