"""What an operator is shown of a library at work: alarms, the dashboard, the API's log, traces."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from deploy.cloudformation.template import template as new_template
from deploy.topologies import Topology, topologies

from .aws import PROJECT, Aws, name_of, resources, stages_of, zappa_settings

TOPOLOGIES = {each.name: each for each in topologies(zappa_settings()["base"])}

every_topology = pytest.mark.parametrize("topology", TOPOLOGIES)

METRICS = {  # what AWS publishes, by namespace and dimension, as far as somebody may want to see it
    ("AWS/ApiGateway", "ApiId"): {"4xx", "5xx", "Count", "DataProcessed", "IntegrationLatency", "Latency"},
    ("AWS/Lambda", ""): {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "Throttles"},
    ("AWS/Lambda", "FunctionName"): {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "Throttles"},
    ("AWS/SQS", "QueueName"): {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
    ("AWS/RDS", "DBInstanceIdentifier"): {"CPUUtilization", "DatabaseConnections", "FreeStorageSpace"},
}
LOG_VARIABLES = {  # of HTTP APIs, those that we use
    *("awsEndpointRequestId", "httpMethod", "identity.sourceIp", "integration.integrationStatus"),
    *("integration.latency", "integration.status", "integrationErrorMessage", "path", "requestId", "requestTime"),
    *("responseLatency", "routeKey", "status"),
}


def metrics(part: Any) -> Iterator[tuple[str, str, str]]:
    """The metrics that a part of an alarm or a dashboard looks at, by namespace and dimension."""
    if isinstance(part, dict) and "MetricName" in part:
        yield part["Namespace"], "".join(each["Name"] for each in part["Dimensions"]), part["MetricName"]
    elif isinstance(part, list) and part and isinstance(part[0], str):
        yield part[0], part[2], part[1]
    elif isinstance(part, str):
        query = r'SELECT \w+\((\w+)\) FROM SCHEMA\("([\w/]+)", (\w+)\)'
        yield from ((namespace, dimension, name) for name, namespace, dimension in re.findall(query, part))
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from metrics(each)


@every_topology
def test_each_alarm_looks_at_one_metric_of_those_that_there_are(topology: str) -> None:
    """An alarm costs by the metrics that it looks at; a misspelt one is never told of."""
    alarms = resources(topology, "CloudWatch::Alarm").values()

    seen = [list(metrics(alarm)) for alarm in alarms]
    assert len(seen) == 8
    assert [name in METRICS[namespace, dimension] for ((namespace, dimension, name),) in seen] == [True] * 8


@every_topology
def test_the_dashboard_shows_what_there_is(aws: Aws, topology: str) -> None:
    aws.step(topology, "prepare")

    text = aws.client("cloudwatch").get_dashboard(DashboardName=PROJECT)["DashboardBody"]

    widgets = json.loads(text)["widgets"]
    assert len({(each["x"], each["y"]) for each in widgets}) == len(widgets)
    graphs = [row for each in widgets if each["type"] == "metric" for row in each["properties"]["metrics"]]
    seen = list(metrics(graphs))
    assert len(seen) == len(graphs)
    assert all(name in METRICS[namespace, dimension] for namespace, dimension, name in seen)
    assert {row[3] for row in graphs if row[0] == "AWS/ApiGateway"} == {aws.gateway().api_id}
    operations = " ".join(each["properties"]["query"] for each in widgets if each["type"] == "log")
    logs = {f"/aws/lambda/{name_of(each)}" for each in stages_of(topology) if each != "maintenance"}
    assert set(re.findall(r"SOURCE '(.*?)'", operations)) == logs


@every_topology
def test_requests_in_the_apis_log_can_be_found_in_the_functions_logs(topology: str) -> None:
    (stage,) = resources(topology, "ApiGatewayV2::Stage").values()

    log = json.loads(stage["AccessLogSettings"]["Format"])

    assert log["functionRequestId"] == "$context.awsEndpointRequestId"
    assert {each.removeprefix("$context.") for each in log.values()} <= LOG_VARIABLES


def test_who_may_tell_of_traces() -> None:
    """The role of a function that is to be traced, and no other."""
    monolith = TOPOLOGIES["monolith"]
    traced = replace(monolith, production=replace(monolith.production, tracing=True))

    def may_trace(topology: Topology) -> set[str]:
        made = new_template(topology)["Resources"].items()
        return {
            name for name, each in made if '"xray:PutTelemetryRecords", "xray:PutTraceSegments"' in json.dumps(each)
        }

    assert (may_trace(monolith), may_trace(traced)) == (set(), {"ProductionRole"})
