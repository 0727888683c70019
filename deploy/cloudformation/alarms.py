"""What somebody should hear of, if there is a topic to tell: an alarm for each kind of trouble, over all functions.

An alarm costs $0.10 a month for each metric that it looks at, so each looks at one: what AWS counts for the whole
API, for the whole database, for all functions of the account. Only the age of messages is counted for each queue.
"""

from deploy.topologies import Topology

from .event_sources import ATTEMPTS, visibility_timeout
from .resources import Json, Resources, query, ref, resource, sub

GIBIBYTE = 1 << 30


def alarms(topology: Topology) -> Resources:
    """Each by what is wrong."""
    project = topology.production.project
    wrong = _requests(topology) | _messages(topology) | _database()
    return {
        f"{name.title().replace('-', '')}Alarm": resource(
            "CloudWatch::Alarm",
            {
                "AlarmName": f"{project}-{name}",
                "EvaluationPeriods": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": [ref("AlarmTopic")],
            }
            | properties,
            "HasAlarmTopic",
        )
        for name, properties in wrong.items()
    }


def _requests(topology: Topology) -> Resources:
    """Any that fails, or takes most of the time that its function has; any function that AWS lets nobody come to."""
    api = {"ApiId": ref("HttpApi")}
    milliseconds = 1000 * min(each.timeout for each in topology.routed)
    return {
        "errors": _metric("ApiGateway", "5xx", "Sum", api) | {"Threshold": 1},
        "slow": _metric("ApiGateway", "IntegrationLatency", "Maximum", api) | {"Threshold": 0.8 * milliseconds},
        "throttles": _metric("Lambda", "Throttles", "Sum", {}) | {"Threshold": 1},
    }


def _messages(topology: Topology) -> Resources:
    """Any that waits for half as long again as its attempts may take, and any letter that is dead."""
    dead = {kind: f"{topology.production.project}-dead-{kind}" for kind in ("messages", "events")}
    not_dead = " AND ".join(f"QueueName != '{name}'" for name in dead.values())
    oldest = query("MAX", "ApproximateAgeOfOldestMessage", "QueueName", f"WHERE {not_dead}")
    attempts = ATTEMPTS * max(visibility_timeout(each) for each in topology.routed)
    return {
        "waiting": {"Metrics": [{"Id": "oldest", "Expression": oldest, "Period": 300}], "Threshold": 1.5 * attempts}
    } | {
        f"dead-{kind}": _metric("SQS", "ApproximateNumberOfMessagesVisible", "Maximum", {"QueueName": name})
        | {"Threshold": 1}
        for kind, name in dead.items()
    }


def _database() -> Resources:
    """Four fifths of its connections taken, or little room left."""
    database = {"DBInstanceIdentifier": ref("DatabaseId")}
    taken = _metric("RDS", "DatabaseConnections", "Maximum", database)
    statistic = {"Stat": taken.pop("Statistic"), "Period": taken.pop("Period"), "Metric": taken}
    share = [
        {"Id": "taken", "MetricStat": statistic, "ReturnData": False},
        {"Id": "share", "Expression": sub("100 * taken / ${MaxConnections}")},
    ]
    return {
        "connections": {"Metrics": share, "Threshold": 80},
        "storage": _metric("RDS", "FreeStorageSpace", "Minimum", database)
        | {"Threshold": 2 * GIBIBYTE, "ComparisonOperator": "LessThanThreshold"},
    }


def _metric(service: str, name: str, statistic: str, dimensions: Json) -> Json:
    """One of AWS's, over five minutes."""
    return {
        "Namespace": f"AWS/{service}",
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        "Statistic": statistic,
        "Period": 300,
    }
