"""What somebody should hear of, if there is a topic to tell: requests that failed, and letters that are dead."""

from deploy.topologies import Topology

from .resources import Json, Resources, ref, resource


def alarms(topology: Topology) -> Resources:
    """One for the API, and one for each queue of dead letters."""
    project = topology.production.project
    errors = _alarm(f"{project}-errors", "ApiGateway", "5xx", "Sum", {"ApiId": ref("HttpApi")})
    return {"ErrorsAlarm": errors} | {
        f"{function.logical_id}Alarm": _alarm(
            f"{function.name}-dead-letters",
            "SQS",
            "ApproximateNumberOfMessagesVisible",
            "Maximum",
            {"QueueName": f"{function.name}-dead-letters"},
        )
        for function in topology.functions
        if topology.is_invoked_later(function)
    }


def _alarm(name: str, service: str, metric: str, statistic: str, of: Json) -> Json:
    """Any at all within five minutes."""
    return resource(
        "CloudWatch::Alarm",
        {
            "AlarmName": name,
            "Namespace": f"AWS/{service}",
            "MetricName": metric,
            "Dimensions": [{"Name": key, "Value": value} for key, value in of.items()],
            "Statistic": statistic,
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [ref("AlarmTopic")],
        },
        "HasAlarmTopic",
    )
