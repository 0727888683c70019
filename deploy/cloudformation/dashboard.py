"""What goes on, on one page of CloudWatch: requests, functions, queues, the database, and which operations."""

import json
from typing import Any

from deploy.topologies import Topology

from .resources import Json, Resources, query, resource, sub

LOGS = 50
"""As many logs can be asked at a time."""


def dashboard(topology: Topology) -> Resources:
    """Two widgets in a row; of functions and of queues the ten that stand out."""
    project = topology.production.project
    widgets = [*_requests(), *_functions(), *_queues(project), *_database(), *_operations(topology)]
    for number, widget in enumerate(widgets):
        widget |= {"x": number % 2 * 12, "y": number // 2 * 6, "width": 12, "height": 6}
    body = json.dumps({"widgets": widgets}, separators=(",", ":"))
    return {"Dashboard": resource("CloudWatch::Dashboard", {"DashboardName": project, "DashboardBody": sub(body)})}


def _requests() -> list[Json]:
    def of_the_api(*metrics: tuple[str, str]) -> list[Any]:
        return [["AWS/ApiGateway", name, "ApiId", "${HttpApi}", {"stat": statistic}] for name, statistic in metrics]

    return [
        _graph("Requests, and errors", of_the_api(("Count", "Sum"), ("4xx", "Sum"), ("5xx", "Sum"))),
        _graph("Milliseconds", of_the_api(("Latency", "p50"), ("Latency", "p95"), ("IntegrationLatency", "p95"))),
    ]


def _functions() -> list[Json]:
    shown = {
        "milliseconds at most": ("MAX", "Duration"),
        "errors": ("SUM", "Errors"),
        "processes at work": ("MAX", "ConcurrentExecutions"),
        "throttled": ("SUM", "Throttles"),
    }
    return [_graph(f"Functions: {what}", _top(*metric, "FunctionName")) for what, metric in shown.items()]


def _queues(project: str) -> list[Json]:
    dead = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"{project}-dead-{kind}", {"stat": "Maximum"}]
        for kind in ("messages", "events")
    ]
    return [
        _graph(
            "Queues: the oldest message, in seconds",
            _top("MAX", "ApproximateAgeOfOldestMessage", "QueueName"),
        ),
        _graph("Dead letters", dead),
    ]


def _database() -> list[Json]:
    def of_the_database(name: str, statistic: str, **more: str) -> list[Any]:
        return ["AWS/RDS", name, "DBInstanceIdentifier", "${DatabaseId}", {"stat": statistic} | more]

    return [
        _graph(
            "Database: connections, and CPU in percent",
            [
                of_the_database("DatabaseConnections", "Maximum"),
                of_the_database("CPUUtilization", "Average", yAxis="right"),
            ],
        ),
        _graph("Database: free bytes", [of_the_database("FreeStorageSpace", "Minimum")]),
    ]


def _operations(topology: Topology) -> list[Json]:
    """By the logs of the functions that serve any."""
    logs = [f"SOURCE '/aws/lambda/{function.name}'" for function in topology.routed]
    asked = [
        "filter ispresent(operation) and ispresent(outcome)",
        "stats count(*) as times, pct(duration_ms, 95) as ms95 by operation, outcome",
        "sort times desc",
    ]
    return [
        {
            "type": "log",
            "properties": {
                "title": "Operations",
                "region": "${AWS::Region}",
                "view": "table",
                "query": " | ".join([*logs[first : first + LOGS], *asked]),
            },
        }
        for first in range(0, len(logs), LOGS)
    ]


def _top(statistic: str, metric: str, dimension: str) -> list[Any]:
    """The ten of the account with most of it."""
    most = f"GROUP BY {dimension} ORDER BY {statistic}() DESC LIMIT 10"
    return [[{"expression": query(statistic, metric, dimension, most)}]]


def _graph(title: str, metrics: list[Any]) -> Json:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "view": "timeSeries",
            "period": 300,
            "metrics": metrics,
        },
    }
